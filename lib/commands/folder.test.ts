import { mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from './folder.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'automtls-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a folder is made with all that is above it, and one that is there stays', async () => {
  const wanted = join(folder, 'a', 'b', 'c');
  await makeFolder(wanted);
  await writeFile(join(wanted, 'file'), '');
  await makeFolder(wanted);
  expect((await stat(join(wanted, 'file'))).isFile()).toBe(true);
  await symlink(wanted, join(folder, 'link'));
  await makeFolder(join(folder, 'link'));
});

test.each([
  ['a file', 'EEXIST'],
  ['below a file', 'ENOTDIR'],
])('%s is none', async (what, code) => {
  await writeFile(join(folder, 'file'), '');
  await expect(makeFolder(join(folder, 'file', ...(what === 'a file' ? [] : ['a'])))).rejects.toThrow(code);
});

test('where a file system takes no folders, that is told at once', async () => {
  await expect(makeFolder('/proc/a/b')).rejects.toThrow("ENOENT: no such file or directory, mkdir '/proc/a'");
});
