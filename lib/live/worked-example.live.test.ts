import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { kubeconfig } from './harness.ts';
import { copyOfProject, write } from './project.ts';

// docs/suites.md, done as it says in a copy of the project, on the live mesh.

interface Block {
  language: string;
  /** What stands behind the language: a file. */
  file: string;
  text: string;
}

let project: string;
let blocks: Block[];

beforeAll(async () => {
  project = await copyOfProject();
  const page = await readFile(join(project, 'docs/suites.md'), 'utf8');
  blocks = [...page.matchAll(/^```(\w+) ?(\S*)\n(.*?)^```$/gms)].map(([, language = '', file = '', text = '']) => ({
    ...{ language, file, text },
  }));
  for (const { language, file, text } of blocks) {
    if (language === 'diff') await execa('git', ['apply', '-'], { cwd: project, input: text });
    else if (file !== '') await write(project, file, text);
  }
});

afterAll(async () => {
  await rm(project, { recursive: true, force: true });
});

/** Runs the nth command of the page in the copy, with what a reader's own cluster would add; returns what it printed. */
async function follow(nth: number, ...more: string[]): Promise<{ printed: string; shown: string[] }> {
  const [command = '', ...shown] = blocks.filter(({ language }) => language === 'console')[nth]?.text.split('\n') ?? [];
  const [file = '', ...args] = command.replace(/^\$ /, '').split(' ');
  const { stdout } = await execa(file, [...args, ...more], { cwd: project, env: { CI: 'true', GITHUB_ACTIONS: '' } });
  return { printed: stdout, shown: shown.filter((line) => line !== '' && line.trim() !== '…') };
}

/** Columns are as wide as their widest cell, which the page need not know. */
const narrow = (line: string) => line.replaceAll(/\s+/g, ' ').trim();

test('the page has the files, the changes and the commands that it speaks of', () => {
  expect(blocks.map(({ language, file }) => [language, file])).toEqual([
    ['yaml', 'manifests/topologies/shop/shop.yaml'],
    ['yaml', 'manifests/topologies/shop/warehouse.yaml'],
    ['yaml', 'manifests/policies/security.istio.io/shop-strict.yaml'],
    ['yaml', 'manifests/policies/authentication.istio.io/shop-strict.yaml'],
    ['ts', 'suites/shop.ts'],
    ['diff', 'suites/index.ts'],
    ['console', ''],
    ['console', ''],
    ['console', ''],
  ]);
});

test('the rules say of it what the page says', async () => {
  const { printed, shown } = await follow(0);
  expect(shown.length).toBeGreaterThan(3);
  for (const line of shown) expect(printed.split('\n')).toContain(line);
});

test('and so does the mesh', async () => {
  const { printed, shown } = await follow(1, '--kubeconfig', await kubeconfig(), '--out', join(project, 'results'));
  expect(shown.length).toBeGreaterThan(2);
  for (const line of shown) expect(printed.split('\n').map(narrow)).toContain(narrow(line));
  expect(printed).toMatch(/\d+ passed, 0 failed$/);
});

test('and so does everything that is checked of a change', async () => {
  // It throws where the command fails.
  const { printed } = await follow(2);
  expect(printed).toContain('npm run --silent unit');
}, 600_000);
