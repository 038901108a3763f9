import { spawnSync } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { execa } from 'execa';
import { commandIn, follow, notPrinted } from '../../test/live/page.ts';
import { write } from '../../test/live/project.ts';
import { projectWithDoubles } from './fixtures.ts';
import { newName } from './name.ts';

// Follows docs/clusters.md in a copy of the project. Docker and k3d are test doubles that record their arguments.

let copy: Awaited<ReturnType<typeof projectWithDoubles>>;
let blocks: Awaited<ReturnType<typeof follow>>;

// Each test runs programs.
jest.setTimeout(60_000);

beforeAll(async () => {
  copy = await projectWithDoubles();
  blocks = await follow(copy.project, 'docs/clusters.md');
  await copy.double('docker', 'echo 1.51 linux/amd64');
});
afterAll(() => rm(copy.project, { recursive: true }));

test('it fits the interface, and is in shape', async () => {
  const config = { extends: './tsconfig.json', include: ['lib/platform/clusters/registry.ts'] };
  await write(copy.project, 'page.json', JSON.stringify(config));
  const options = { cwd: copy.project, preferLocal: true, localDir: copy.project, reject: false, all: true } as const;
  const types = await execa('tsc', ['--project', 'page.json'], options);
  expect(types.all).toBe('');
  const shape = await execa(
    'biome',
    ['check', '--error-on-warnings', '--vcs-enabled=false', 'lib/platform/clusters'],
    options,
  );
  expect(shape).toMatchObject({ exitCode: 0 });
});

test('the help says of it what the page says', async () => {
  const { stdout } = await copy.run('test', '--help');
  const [block] = blocks.filter(({ language }) => language === 'console');
  const { shown } = commandIn(block as (typeof blocks)[number]);
  expect(shown.length).toBeGreaterThan(2);
  expect({ 'edit docs/clusters.md, which shows what is not printed': notPrinted(shown, stdout) }).toEqual({
    'edit docs/clusters.md, which shows what is not printed': [],
  });
});

test('its flag goes with it alone', async () => {
  const { exitCode, all } = await copy.run('test', '--cluster', 'kind', '--k3d-image', 'x');
  expect(all).toContain('--k3d-image needs --cluster k3d.');
  expect(exitCode).toBe(2);
});

test('without k3d it says what to do, and a sweep has nothing to delete', async () => {
  const { exitCode, all } = await copy.run('test', '--cluster', 'k3d', '--istio', '1.31');
  expect(all).toContain(
    'A k3d cluster needs k3d, which is not on the PATH or does not answer: install it as https://k3d.io says, or use --cluster native.',
  );
  expect(exitCode).toBe(2);
  expect((await copy.run('sweep')).all).toContain('Nothing to delete here.');
});

test('where Istio cannot be had, no cluster is made', async () => {
  await copy.double('k3d', '');
  // Nothing can be kept, so the download fails without a network, too.
  await write(copy.project, 'cache', '');
  const { exitCode } = await copy.run('test', '--cluster', 'k3d', '--istio', '1.31');
  await rm(join(copy.project, 'cache'));
  expect(exitCode).not.toBe(0);
  expect(await copy.callsOf('k3d')).toEqual(['version', 'cluster list --no-headers']);
});

test('where a cluster cannot be used, what was made of it is deleted again', async () => {
  await copy.keepIstioctl('1.31', 'echo no; exit 1');
  await copy.double('k3d', 'case "$1 $2" in "kubeconfig get") echo config;; esac');
  const { exitCode, all } = await copy.run('test', '--cluster', 'k3d', '--istio', '1.31');
  expect(all).toContain('could not be installed. Output of istioctl:\nno');
  expect(exitCode).toBe(3);
  const calls = await copy.callsOf('k3d');
  const [, name = ''] = /^cluster create (automtls-\S+)/.exec(calls[2] ?? '') ?? [];
  expect(calls).toEqual([
    'version',
    'cluster list --no-headers',
    `cluster create ${name} --image rancher/k3s:v1.35.0-k3s1 --kubeconfig-update-default=false --wait`,
    `kubeconfig get ${name}`,
    `cluster delete ${name}`,
  ]);
  expect(await readdir(copy.temporary)).toEqual([]);
});

test('a sweep deletes the clusters whose process is gone, and no others', async () => {
  const { pid } = spawnSync('true');
  const orphan = newName().replace(`-${process.pid}-`, `-${pid}-`);
  const list = [orphan, newName(), 'theirs'].map((name) => `${name} 1/1 0/0 true`).join('\n');
  await copy.double('k3d', `case "$1 $2" in "cluster list") echo '${list}';; esac`);
  const { all } = await copy.run('sweep');
  expect(all).toContain(`the k3d cluster ${orphan}, whose process is gone, is deleted`);
  expect(await copy.callsOf('k3d')).toEqual(['cluster list --no-headers', `cluster delete ${orphan}`]);
});
