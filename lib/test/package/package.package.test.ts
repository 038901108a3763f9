import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { textOf } from '../../results/file.ts';
import { resultsOf } from '../../results/fixtures.ts';
import { commandIn, follow, notPrinted } from '../live/page.ts';
import { write } from '../live/project.ts';

// What npm pack makes, installed and used as docs/api.md says, in an empty folder outside of this project.

const root = fileURLToPath(new URL('../../..', import.meta.url));
let folder: string;
let installed: string;
let blocks: Awaited<ReturnType<typeof follow>>;

/** As in a terminal of a user, whose Node is the one that runs this test. */
const inFolder = () =>
  ({
    cwd: folder,
    all: true,
    reject: false,
    extendEnv: false,
    env: {
      HOME: process.env['HOME'] ?? '',
      PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
    },
  }) as const;

const automtls = (...args: string[]) => execa('npx', ['automtls', ...args], inFolder());

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'automtls-package-'));
  installed = join(folder, 'node_modules/automtls');
  await execa('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root });
  const packed = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? '';
  await write(folder, 'package.json', '{ "private": true }');
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--silent'];
  await execa('npm', ['install', ...flags, join(folder, packed)], { cwd: folder });
  await copyFile(join(root, 'docs/api.md'), join(folder, 'api.md'));
  blocks = await follow(folder, 'api.md');
  await write(folder, 'results/latest/results.json', textOf(resultsOf()));
  await copyFile(join(root, 'lib/verdict/corpus/1.31.br'), join(folder, 'results/latest/record.json.br'));
}, 300_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

test('it has what runs, and nothing of tests and of tools for development', async () => {
  const files = await readdir(installed, { recursive: true });
  expect(files).toEqual(
    expect.arrayContaining(['dist/lib/cli.js', 'dist/lib/api/index.d.ts', 'schemas/check.v1.json']),
  );
  const wrong =
    /\.test\.|fixtures|^dist.*(saboteur|prove|fuzz|bench)|^docs\/.*(?<!\.md)$|(?<!\.d|browser\/[a-z]+)\.ts$/;
  expect(files.filter((file) => wrong.test(file))).toEqual([]);
});

test('every module in it has what it imports', async () => {
  const files = (await readdir(installed, { recursive: true })).filter((file) => file.endsWith('.js'));
  const missing = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(installed, file), 'utf8');
      const imported = [...text.matchAll(/^(?:import|export) [^;]*?from '(\.[^']+)'/gm)].map(([, path = '']) => path);
      return imported
        .map((path) => join(dirname(file), path))
        .filter((path) => !files.includes(path))
        .map((path) => `${file} → ${path}`);
    }),
  );
  expect(missing.flat()).toEqual([]);
});

test('an installation has no tools for development, and no Node', async () => {
  const packages = await readdir(join(folder, 'node_modules'));
  const wrong = /^(@biomejs|@swc|playwright|dependency-cruiser|typescript|fast-check|axe|node-(bin|linux))/;
  expect(packages.filter((name) => wrong.test(name))).toEqual([]);
});

test('the page shows what its commands print', async () => {
  const commands = blocks.filter(({ language }) => language === 'console').map(commandIn);
  expect(commands.length).toBe(4);
  for (const { file, args, shown } of commands) {
    const { all, exitCode } = await execa(file, args, inFolder());
    expect({ args, exitCode, missing: notPrinted(shown, all) }).toEqual({ args, exitCode: 0, missing: [] });
  }
});

test('the page’s program for results says what they hold', async () => {
  const { stdout, exitCode } = await execa('node', ['failures.mts'], inFolder());
  expect(stdout).toMatch(/^\d+ passed, \d+ failed\n(.*\n)*0 of \d+ verdicts would be others today$/);
  expect(exitCode).toBe(0);
});

test('the types fit the page’s programs and its suite, and refuse what a suite does not have', async () => {
  const types = (...files: string[]) =>
    execa(
      join(root, 'node_modules/.bin/tsc'),
      [
        '--noEmit',
        '--strict',
        '--skipLibCheck',
        '--module',
        'nodenext',
        '--target',
        'es2024',
        '--types',
        'node',
        ...files,
      ],
      inFolder(),
    );
  const files = blocks.filter(({ language, file }) => language === 'ts' && file !== '').map(({ file }) => file);
  expect(await types(...files)).toMatchObject({ all: '', exitCode: 0 });
  const suite = await readFile(join(folder, 'suites/rollout.mts'), 'utf8');
  await write(folder, 'wrong/rollout.mts', suite.replace("name: 'rollout'", 'nam: 1'));
  expect((await types('wrong/rollout.mts')).all).toContain("'nam' does not exist in type 'OwnSuite'");
});

test.each<[string[], number, string]>([
  [['lint', '-f', 'mesh.yaml', '--istio', '1.31'], 0, 'nothing found'],
  [['plan', '--from', 'mesh.yaml', '--strict', 'shop', '--istio', '1.31'], 0, 'PeerAuthentication shop/default'],
  [['upgrade', '-f', 'mesh.yaml', '--from', '1.10', '--to', '1.31'], 0, '1.31'],
  [['check', '-f', 'mesh.yaml', '--istio', '1.31', '--require', 'mtls'], 1, 'outsider'],
  [['check', '-f', 'mesh.yaml', '--istio', '1.31', '--html', 'mesh.html'], 0, '2 pairs'],
  [['explain', '--suite', 'strict'], 0, 'sleep.legacy → httpbin.full: 000 with curl exit 56'],
  [['list', '--suites', 'suites'], 0, 'rollout: STRICT in one namespace after the other'],
  [['repro', '--suites', 'suites', '--cell', 'sleep.legacy:httpbin.partial'], 0, '#!/bin/sh'],
  [['report', 'show', 'results/latest'], 0, 'passed'],
  [['report', 'judge', 'results/latest'], 0, 'verdict'],
  [['list', '--suites', 'wrong'], 2, 'wrong/rollout.mts: its default export is no suite'],
  [['test', '--suites', 'suites', '--kubeconfig', 'none', '--out', 'out'], 2, 'none does not exist'],
  [['prove'], 2, 'automtls prove is for those who change automtls'],
  [['nothing'], 2, "nknown command 'nothing'"],
])('npx automtls %j ends with exit code %d', async (args, code, said) => {
  const { all, exitCode } = await automtls(...args);
  expect(all).toContain(said);
  expect(exitCode).toBe(code);
});

test('Jest runs suites from it', async () => {
  await write(
    folder,
    'jest.mjs',
    `const { runSuites } = await import('./node_modules/automtls/dist/lib/run/jest/run-suites.js');
    const steps = ['a', 'b'].map((title) => ({ kind: 'check', title, check: 'ready' }));
    const perform = async (_, { title }) => ({ verdict: title === 'a' ? 'pass' : 'fail', why: 'x' });
    const count = await runSuites({ suites: [{ name: 'a', title: '', steps }], perform, onUncaught() {} });
    console.log(JSON.stringify(count));
    process.exit();`,
  );
  const flags = ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules'];
  const { stdout } = await execa('node', [...flags, 'jest.mjs'], inFolder());
  expect(stdout).toBe('{"passed":1,"failed":1,"firstError":"Error: fail: x"}');
});
