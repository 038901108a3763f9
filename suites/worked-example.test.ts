import { cp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { execa } from 'execa';
import { changed, commandIn, follow, notPrinted } from '../lib/test/live/page.ts';
import { copyOfProject, write } from '../lib/test/live/project.ts';

// Follows docs/suites.md in a copy of the project, except for what needs a mesh.

let project: string;
let blocks: Awaited<ReturnType<typeof follow>>;

// The tests run programs, which takes longer than Jest's default timeout.
jest.setTimeout(60_000);

beforeAll(async () => {
  project = await copyOfProject();
  blocks = await follow(project, 'docs/suites.md');
});
afterAll(() => rm(project, { recursive: true }));

const run = (file: string, ...args: string[]) =>
  execa(file, args, { cwd: project, preferLocal: true, localDir: project, reject: false, all: true });

test('the page has the files, the changes and the commands that it speaks of', () => {
  expect(blocks.map(({ language, file }) => [language, file])).toEqual([
    ['yaml', 'manifests/topologies/shop/shop.yaml'],
    ['yaml', 'manifests/topologies/shop/warehouse.yaml'],
    ['yaml', 'manifests/policies/security.istio.io/shop-strict.yaml'],
    ['yaml', 'manifests/policies/authentication.istio.io/shop-strict.yaml'],
    ['ts', 'suites/shop.ts'],
    ['diff', 'suites/index.ts'],
    ['diff', 'README.md'],
    ['console', ''],
    ['console', ''],
    ['console', ''],
  ]);
});

test('the suite has the right types, and is in shape', async () => {
  await write(project, 'page.json', JSON.stringify({ extends: './tsconfig.json', include: ['suites/index.ts'] }));
  expect((await run('tsc', '--project', 'page.json')).all).toBe('');
  const shape = await run('biome', 'check', '--error-on-warnings', '--vcs-enabled=false', 'suites');
  expect(shape).toMatchObject({ exitCode: 0 });
});

test('the rules say of it what the page says', async () => {
  const [block] = blocks.filter(({ language }) => language === 'console');
  const { file, args, shown } = commandIn(block as (typeof blocks)[number]);
  const { stdout } = await run(file, ...args);
  expect(shown.length).toBeGreaterThan(3);
  expect({ 'edit docs/suites.md, which shows what is not printed': notPrinted(shown, stdout) }).toEqual({
    'edit docs/suites.md, which shows what is not printed': [],
  });
});

test('a copy of its topology with the same namespaces is refused before there is a cluster', async () => {
  const folder = join(project, 'manifests/topologies');
  await cp(join(folder, 'shop'), join(folder, 'shop-two'), { recursive: true });
  const suite = await readFile(join(project, 'suites/shop.ts'), 'utf8');
  await write(
    project,
    'suites/shop-two.ts',
    suite.replace('shop:', 'two:').replaceAll(/(name|topology): 'shop'/g, "$1: 'shop-two'"),
  );
  const index = await readFile(join(project, 'suites/index.ts'), 'utf8');
  const change = "+import { two } from './shop-two.ts';\n+  two,\n   cleanup,\n";
  await write(project, 'suites/index.ts', changed(index, change, 'this test'));
  const { exitCode, all } = await run('npm', 'run', '--silent', 'test', '--', '--kubeconfig', '/nowhere');
  expect(exitCode).toBe(2);
  expect(all).toContain(
    'The topologies shop and shop-two both have a namespace shop, but a run makes all topologies of its suites at once: rename it in one of them, or run their suites separately with --suite.',
  );
});
