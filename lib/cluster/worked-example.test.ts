import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { jest } from '@jest/globals';
import { execa } from 'execa';
import { copyOfProject, write } from '../live/project.ts';
import { newName } from './name.ts';

// Follows docs/clusters.md in a copy of the project. Docker and k3d are test doubles that record their arguments.

let project: string;
let help: string[];

// Each test runs programs.
jest.setTimeout(60_000);

beforeAll(async () => {
  project = await copyOfProject();
  const page = await readFile(join(project, 'docs/clusters.md'), 'utf8');
  const blocks = [...page.matchAll(/^```(\w+) ?(\S*)\n(.*?)^```$/gms)];
  for (const [, language = '', file = '', text = ''] of blocks) {
    if (language === 'diff') await execa('git', ['apply', '-'], { cwd: project, input: text });
    else if (file !== '') await write(project, file, text);
    else help = text.trimEnd().split('\n').slice(1);
  }
  await mkdir(join(project, 'temporary'));
  await double('docker', 'echo 1.51 linux/amd64');
  await double('kind', 'exit 1');
});
afterAll(() => rm(project, { recursive: true }));

/** Puts a program on the copy's PATH that records its arguments and then runs the script. */
async function double(name: string, script: string): Promise<void> {
  const file = `doubles/${name}`;
  await write(project, file, `#!/bin/sh\necho "$@" >> '${join(project, `${name}.calls`)}'\n${script}\n`);
  await chmod(join(project, file), 0o755);
}

const callsOf = async (name: string) => (await readFile(join(project, `${name}.calls`), 'utf8')).trim().split('\n');

/** Runs `npm test -- …` in the copy; all files that it writes stay in there. */
function run(...args: string[]) {
  const flags = ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules'];
  const own = { HOME: project, XDG_CACHE_HOME: join(project, 'cache'), TMPDIR: join(project, 'temporary') };
  const env = { ...own, PATH: [join(project, 'doubles'), process.env['PATH']].join(delimiter), GITHUB_ACTIONS: '' };
  const options = { cwd: project, env, reject: false, all: true } as const;
  return execa(process.execPath, [...flags, 'lib/cli.ts', 'test', ...args], options);
}

test('it fits the interface, and is in shape', async () => {
  const config = { extends: './tsconfig.json', include: ['lib/cluster/registry.ts'] };
  await write(project, 'page.json', JSON.stringify(config));
  const options = { cwd: project, preferLocal: true, localDir: project, reject: false, all: true } as const;
  const types = await execa('tsc', ['--project', 'page.json'], options);
  expect(types.all).toBe('');
  const shape = await execa('biome', ['check', '--error-on-warnings', '--vcs-enabled=false', 'lib/cluster'], options);
  expect(shape).toMatchObject({ exitCode: 0 });
});

test('the help says of it what the page says', async () => {
  const { stdout } = await run('--help');
  expect(help.length).toBeGreaterThan(2);
  expect(stdout.split('\n')).toEqual(expect.arrayContaining(help));
});

test('its flag goes with it alone', async () => {
  const { exitCode, all } = await run('--cluster', 'kind', '--k3d-image', 'x');
  expect(all).toContain('--k3d-image needs --cluster k3d.');
  expect(exitCode).toBe(2);
});

test('where a cluster cannot be used, what was made of it is deleted again', async () => {
  await double('k3d', 'case "$1 $2" in "kubeconfig get") echo config; exit 3;; esac');
  const { exitCode, all } = await run('--cluster', 'k3d', '--istio', '1.31');
  expect(all).toContain('k3d kubeconfig get');
  expect(exitCode).toBe(3);
  const calls = await callsOf('k3d');
  const [, name = ''] = /^cluster create (automtls-\S+)/.exec(calls[1] ?? '') ?? [];
  expect(calls).toEqual([
    'cluster list --no-headers',
    `cluster create ${name} --image rancher/k3s:v1.35.0-k3s1 --kubeconfig-update-default=false --wait`,
    `kubeconfig get ${name}`,
    `cluster delete ${name}`,
  ]);
  expect(await readdir(join(project, 'temporary'))).toEqual([]);
});

test('a sweep deletes the clusters whose process is gone, and no others', async () => {
  const { pid } = spawnSync('true');
  const orphan = newName().replace(`-${process.pid}-`, `-${pid}-`);
  const list = [orphan, newName(), 'theirs'].map((name) => `${name} 1/1 0/0 true`).join('\n');
  await rm(join(project, 'k3d.calls'));
  await double('k3d', `case "$1 $2" in "cluster list") echo '${list}';; esac`);
  const { all } = await run('--sweep');
  expect(all).toContain(`the k3d cluster ${orphan}, whose process is gone, is deleted`);
  expect(await callsOf('k3d')).toEqual(['cluster list --no-headers', `cluster delete ${orphan}`]);
});
