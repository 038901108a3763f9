import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FakeGitHub, fakeGitHub, token } from '../github/fixtures.ts';
import type { Storage } from '../workflow-player/github-world.ts';
import { type Event, type JobRun, playAction, playWorkflow } from '../workflow-player/workflow.ts';
import { judge, kubeconfig, mesh, pastTheSidecar } from './harness.ts';

// The workflow's own jobs and steps, night after night, with two releases on native clusters.

let folder: string;
let gitHub: FakeGitHub;
let storage: Storage;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'automtls-'));
  gitHub = await fakeGitHub();
  storage = { folder, caches: [], artifacts: new Map() };
});
afterAll(async () => {
  await gitHub.close();
  await rm(folder, { recursive: true });
});

/** What nightly.yml gives night.yml. */
const inputs = { cluster: 'native', releases: '1.20,1.31', suite: 'strict' };

const place = 'strict › STRICT on httpbin.full › sleep.legacy → httpbin.full';

/** What the jobs brought in the first night, and what one brings of a mesh that is broken. */
const brought = { good: new Map<string, string>(), broken: '' };
let count = 0;

function event(changes: Partial<Event> = {}): Event {
  count += 1;
  return {
    ...{ name: 'schedule', inputs, run: count },
    ...{ api: gitHub.api, token, storage, ...changes },
  };
}

/** A night whose jobs bring what they brought before: something good, something broken, or nothing. */
function nightOf(
  jobs: Record<'1.31' | '1.20', 'good' | 'broken' | 'nothing'>,
  changes: Partial<Event> = {},
): Promise<JobRun[]> {
  return playWorkflow(
    'night.yml',
    event({
      ...changes,
      instead: ({ istio }) => {
        const name = `job-native-${istio}`;
        const how = jobs[istio as keyof typeof jobs];
        const from = { good: brought.good.get(name), broken: brought.broken, nothing: undefined }[how];
        const artifacts: Record<string, string> = from === undefined ? {} : { [name]: from };
        return { artifacts, result: how === 'good' ? 'success' : 'failure' };
      },
    }),
  );
}

function reportOf(jobs: JobRun[]): { result: string; exitCodes: Record<string, number | undefined>; summary: string } {
  const report = jobs.find(({ job }) => job === 'report');
  const steps = report?.run?.steps ?? [];
  const exitCodes = Object.fromEntries(
    steps.filter(({ exitCode }) => exitCode !== undefined).map(({ name, exitCode }) => [name.split(' ')[0], exitCode]),
  );
  return { result: report?.result ?? 'none', exitCodes, summary: report?.run?.summary ?? '' };
}

test('the first night: every job runs and passes, there is nothing to compare it with, and no issue', async () => {
  const jobs = await playWorkflow('night.yml', event());
  expect(jobs.map(({ job, matrix, result }) => [job, matrix?.['istio'], result])).toEqual([
    ['plan', undefined, 'success'],
    ['job', '1.31', 'success'],
    ['job', '1.20', 'success'],
    ['report', undefined, 'success'],
  ]);
  const { exitCodes, summary } = reportOf(jobs);
  expect(exitCodes).toEqual({ Put: 0, Compare: 0, Keep: 0 });
  expect(summary).toContain('There is no earlier night to compare with.');
  expect(summary).toContain('Required releases pass everything that was tested.');
  expect(gitHub.issues).toEqual([]);
  expect(storage.caches.map(({ key }) => key)).toEqual(['night-native-1-1']);
  const night = join(storage.artifacts.get('night-native') ?? '', 'night');
  const page = await readFile(join(night, 'night.html'), 'utf8');
  const reports = [...page.matchAll(/ href="([^#][^"]*)"/g)].map(([, href = '']) => href);
  expect(reports).toEqual(['1.31', '1.20'].map((istio) => `../jobs/job-${istio}/latest/report.html`));
  for (const report of reports) expect(await readFile(join(night, report), 'utf8')).toContain('The mesh conforms');
  brought.good = new Map(storage.artifacts);
  expect([...brought.good.keys()]).toEqual(['plan-native', 'job-native-1.31', 'job-native-1.20', 'night-native']);
}, 1_800_000);

test('the second night: a mesh on which STRICT does nothing is red, and opens one issue that names the pair', async () => {
  brought.broken = join(folder, 'broken');
  await pastTheSidecar(await mesh(), async () => {
    const { exitCode } = await judge(join(brought.broken, 'job-1.31'), '--suite', 'strict');
    expect(exitCode).toBe(1);
  });
  const { result, exitCodes, summary } = reportOf(await nightOf({ '1.31': 'broken', '1.20': 'good' }));
  expect(result).toBe('failure');
  expect(exitCodes).toEqual({ Put: 0, Compare: 1, Keep: 0 });
  expect(summary).toContain(`${place}: ✓ 000 (curl 56) → ✗ 200 plain`);
  expect(gitHub.issues).toMatchObject([{ state: 'open', labels: [{ name: 'nightly' }], comments: [] }]);
  expect(gitHub.issues[0]?.title).toContain('1.31');
  expect(gitHub.issues[0]?.body).toContain(`${place}: expected 000 with curl exit 56`);
});

test('its jobs run again: it is still compared with the night before, and not with itself', async () => {
  const again = await nightOf({ '1.31': 'broken', '1.20': 'good' }, { run: count, attempt: 2 });
  const { exitCodes, summary } = reportOf(again);
  expect(exitCodes).toEqual({ Put: 0, Compare: 1, Keep: 0 });
  expect(summary).toContain(`${place}: ✓ 000 (curl 56) → ✗ 200 plain`);
  expect(gitHub.issues).toMatchObject([{ state: 'open', comments: [] }]);
});

test('the third night, broken in the same way: the issue is rewritten, not doubled, and nobody is told twice', async () => {
  const before = gitHub.issues[0]?.body;
  const { exitCodes } = reportOf(await nightOf({ '1.31': 'broken', '1.20': 'good' }));
  expect(exitCodes).toMatchObject({ Compare: 1, Keep: 0 });
  expect(gitHub.issues).toMatchObject([{ state: 'open', comments: [] }]);
  expect(gitHub.issues[0]?.body).not.toBe(before);
});

test('a night in which the broken job brings nothing could not tell: the issue is not closed', async () => {
  const { result, exitCodes, summary } = reportOf(await nightOf({ '1.31': 'nothing', '1.20': 'good' }));
  expect(result).toBe('failure');
  expect(exitCodes).toMatchObject({ Compare: 3, Keep: 0 });
  expect(summary).toContain('1.31 is missing: it has no results.');
  expect(gitHub.issues).toMatchObject([{ state: 'open', comments: [] }]);
});

test('broken again after that: what was known of the job stood, and nobody is told twice', async () => {
  const { exitCodes } = reportOf(await nightOf({ '1.31': 'broken', '1.20': 'good' }));
  expect(exitCodes).toMatchObject({ Compare: 1, Keep: 0 });
  expect(gitHub.issues).toMatchObject([{ state: 'open', comments: [] }]);
});

test('a good night closes the issue', async () => {
  const { result, exitCodes, summary } = reportOf(await nightOf({ '1.31': 'good', '1.20': 'good' }));
  expect(result).toBe('success');
  expect(summary).toContain(`${place}: ✗ 200 plain → ✓ 000 (curl 56): now as the model predicts`);
  expect(exitCodes).toMatchObject({ Compare: 0, Keep: 0 });
  expect(gitHub.issues).toMatchObject([{ state: 'closed', comments: [expect.stringContaining('pass again')] }]);
});

test('a night that could not tell opens none', async () => {
  const { exitCodes } = reportOf(await nightOf({ '1.31': 'nothing', '1.20': 'good' }));
  expect(exitCodes).toMatchObject({ Compare: 3, Keep: 0 });
  expect(gitHub.issues).toHaveLength(1);
});

test('a night that somebody starts by hand is neither remembered nor told to GitHub', async () => {
  const { length } = storage.caches;
  const jobs = await playWorkflow(
    'night.yml',
    event({
      ...{ name: 'workflow_dispatch', inputs: { ...inputs, releases: '1.31' } },
      instead: () => ({ artifacts: { 'job-native-1.31': brought.broken }, result: 'failure' }),
    }),
  );
  expect(jobs.filter(({ job }) => job === 'job').map(({ matrix }) => matrix?.['istio'])).toEqual(['1.31']);
  expect(reportOf(jobs).exitCodes).toMatchObject({ Compare: 1 });
  expect(reportOf(jobs).exitCodes).not.toHaveProperty('Keep');
  expect(storage.caches).toHaveLength(length);
  expect(gitHub.issues).toHaveLength(1);
});

describe('the action', () => {
  test('runs on the cluster that a job has made, and gives the job what came of it', async () => {
    const workspace = await mkdtemp(join(folder, 'workspace-'));
    await copyFile(await kubeconfig(), join(workspace, 'kubeconfig'));
    storage.artifacts.clear();
    const inputs = { cluster: 'current', kubeconfig: 'kubeconfig', suite: 'strict' };
    const { result, given } = await playAction(inputs, event(), workspace);
    expect(result).toBe('success');
    expect(given).toMatchObject({ verdict: 'pass', failed: '0', skipped: '0' });
    expect(Number(given['passed'])).toBeGreaterThan(10);
    expect(given['results']).toMatch(new RegExp(`^${workspace}/automtls-results/[^/]+$`));
    expect(await readFile(given['report'] ?? '', 'utf8')).toContain('<html');
    const [[name, artifact] = []] = storage.artifacts;
    expect(name).toMatch(/^automtls-results-\w+$/);
    expect(await readFile(join(artifact ?? '', 'results.json'), 'utf8')).toContain('"verdict": "pass"');
  });

  test('says what is wrong with its inputs, and has no outputs', async () => {
    storage.artifacts.clear();
    const workspace = await mkdtemp(join(folder, 'workspace-'));
    const { result, given, steps } = await playAction({ cluster: 'minikube' }, event(), workspace);
    expect(result).toBe('failure');
    expect(given).toMatchObject({ verdict: '', results: '' });
    const run = steps.find(({ name }) => name === 'Run the task');
    expect(run?.log).toContain('The input cluster must be one of current, kind, not "minikube".');
    expect(run?.exitCode).toBe(2);
    expect(storage.artifacts.size).toBe(0);
  });
});
