import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Job, use } from './github-world.ts';
import { conditionOf } from './steps.ts';

let folder: string;
let job: Job;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'automtls-'));
  job = { workspace: join(folder, 'work'), storage: { folder, caches: [], artifacts: new Map() } };
  await mkdir(join(job.workspace, 'jobs', 'job-1.31', 'run'), { recursive: true });
  await symlink('run', join(job.workspace, 'jobs', 'job-1.31', 'latest'));
  await writeFile(join(job.workspace, 'jobs', 'job-1.31', 'run', 'results.json'), 'found');
  await writeFile(join(job.workspace, 'night.json'), 'tonight');
});
afterEach(() => rm(folder, { recursive: true }));

const pinned = (name: string): string => `actions/${name}@${'0'.repeat(40)}`;
const perform = (name: string, inputs: Record<string, string>) => use(pinned(name), inputs, job);
const files = async (path: string): Promise<string[]> =>
  (await readdir(join(job.workspace, path), { recursive: true })).sort();

test('a folder as an artifact is what is in it, links as copies; a file is itself; several paths are as they lie', async () => {
  await perform('upload-artifact', { name: 'job', path: 'jobs/' });
  await perform('upload-artifact', { name: 'plan', path: 'night.json' });
  await perform('upload-artifact', { name: 'all', path: 'night.json\njobs/job-1.31/run\n' });
  for (const name of ['job', 'plan', 'all']) await perform('download-artifact', { name, path: `got/${name}` });
  const run = ['job-1.31/run', 'job-1.31/run/results.json'];
  expect(await files('got/job')).toEqual(['job-1.31', 'job-1.31/latest', 'job-1.31/latest/results.json', ...run]);
  expect(await files('got/plan')).toEqual(['night.json']);
  expect(await files('got/all')).toEqual(['jobs', 'jobs/job-1.31', ...run.map((path) => `jobs/${path}`), 'night.json']);
});

test('what is not there is no artifact, and one of the same name is refused unless it may be overwritten', async () => {
  await perform('upload-artifact', { name: 'none', path: 'nowhere' });
  await expect(perform('download-artifact', { name: 'none' })).rejects.toThrow('there is no artifact none');
  await perform('upload-artifact', { name: 'job', path: 'jobs' });
  await expect(perform('upload-artifact', { name: 'job', path: 'jobs' })).rejects.toThrow('there is an artifact job');
  await perform('upload-artifact', { name: 'job', path: 'jobs', overwrite: 'true' });
});

test('artifacts by a pattern are put together, and must be asked for so', async () => {
  await perform('upload-artifact', { name: 'job-1', path: 'jobs' });
  await expect(perform('download-artifact', { pattern: 'job-*' })).rejects.toThrow('merge-multiple must be true');
  await perform('download-artifact', { pattern: 'job-*', 'merge-multiple': 'true', path: 'got' });
  expect(await files('got')).toContain('job-1.31/run/results.json');
  await perform('download-artifact', { pattern: 'other-*', 'merge-multiple': 'true', path: 'empty' });
  await expect(files('empty')).rejects.toThrow('ENOENT');
});

test('a cache is found by its key, else the newest by the beginning of its key, and only for the same path', async () => {
  const restore = (key: string, path = 'night.json') =>
    perform('cache/restore', { key, path, 'restore-keys': 'night-' });
  expect(await restore('night-3')).toEqual({ 'cache-hit': '' });
  for (const [key, text] of [
    ['night-1', 'first'],
    ['night-2', 'second'],
    ['night-1', 'again'],
  ] as const) {
    await writeFile(join(job.workspace, 'night.json'), text);
    await perform('cache/save', { key, path: 'night.json' });
  }
  expect(await restore('night-3')).toEqual({ 'cache-hit': 'false', 'cache-matched-key': 'night-2' });
  expect(await readFile(join(job.workspace, 'night.json'), 'utf8')).toBe('second');
  expect(await restore('night-1')).toEqual({ 'cache-hit': 'true', 'cache-matched-key': 'night-1' });
  expect(await readFile(join(job.workspace, 'night.json'), 'utf8')).toBe('first');
  expect(await restore('night-3', './night.json')).toEqual({ 'cache-hit': '' });
});

test('a cache of several paths has those that are there', async () => {
  const path = 'night.json\nlast.json\n';
  await perform('cache/save', { key: 'night-1', path });
  await rm(join(job.workspace, 'night.json'));
  await perform('cache/restore', { key: 'night-1', path });
  expect(await files('.')).toContain('night.json');
  expect(await files('.')).not.toContain('last.json');
});

test.each(['actions/checkout@v4', pinned('labeler'), 'someone/checkout@'.padEnd(57, '0')])(
  '%s is not guessed at',
  async (action) => {
    await expect(use(action, {}, job)).rejects.toThrow('is no action that is known here, pinned by a commit');
  },
);

test('a checkout that would leave its token behind is refused', async () => {
  await expect(perform('checkout', {})).rejects.toThrow('a checkout leaves its token');
});

test('a condition without a word on the state wants success before', () => {
  const braced = (text: string): string => `\${{ ${text} }}`;
  expect(conditionOf(undefined)).toBe('success()');
  expect(conditionOf('a == b')).toBe('success() && (a == b)');
  expect(conditionOf(braced('a')).replaceAll(' ', '')).toBe('success()&&(a)');
  expect(conditionOf(braced('always() && a')).trim()).toBe('always() && a');
});
