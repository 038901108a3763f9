import { cp, mkdir, mkdtemp, readdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const left = new Set(['node_modules', 'results', 'dist', '.git']);

/** Makes a copy of the project that a test may add suites to; whoever made it removes it. Returns its path. */
export async function copyOfProject(): Promise<string> {
  const project = await mkdtemp(join(tmpdir(), 'automtls-copy-'));
  const names = (await readdir(root)).filter((name) => !left.has(name));
  await Promise.all(names.map((name) => cp(join(root, name), join(project, name), { recursive: true })));
  await symlink(join(root, 'node_modules'), join(project, 'node_modules'));
  return project;
}

/** Writes a file of a project, with the folders that it takes. */
export async function write(project: string, file: string, text: string): Promise<void> {
  await mkdir(dirname(join(project, file)), { recursive: true });
  await writeFile(join(project, file), text);
}
