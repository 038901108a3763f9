import { copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { parse } from 'yaml';
import { nightFrom, planFrom } from '../../tools/nightly/file.ts';
import { type FakeGitHub, fakeGitHub, token } from '../../tools/nightly/github/fixtures.ts';
import { judge, kubeconfig, mesh, pastTheSidecar } from './harness.ts';
import { copyOfProject } from './project.ts';

// The commands that night.yml and action.yml run, night after night, with two releases on native clusters. What is an
// artifact or a cache on GitHub is a folder here.

let folder: string;
let project: string;
let gitHub: FakeGitHub;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'automtls-'));
  project = await copyOfProject();
  gitHub = await fakeGitHub();
});
afterAll(async () => {
  await gitHub.close();
  await rm(project, { recursive: true });
  await rm(folder, { recursive: true });
});

const place = 'strict › STRICT on httpbin.full › sleep.legacy → httpbin.full';

interface Step {
  run?: string;
}

interface Ran {
  exitCode: number | undefined;
  all: string;
  /** What it wrote to the run's page. */
  summary: string;
  /** Its outputs, by name. */
  outputs: Record<string, string>;
}

/** Runs the one command of a job of night.yml, or of action.yml, as a runner would. */
async function runCommand(steps: Step[], env: Record<string, string>): Promise<Ran> {
  const [command = '', ...others] = steps.flatMap(({ run }) =>
    run === undefined || /^npm ci /.test(run) ? [] : [run],
  );
  expect(others).toEqual([]);
  const [output, summary] = [join(folder, 'output'), join(folder, 'summary')];
  for (const file of [output, summary]) await writeFile(file, '');
  // What GitHub and npm provide to these tests is theirs.
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(?:GITHUB|RUNNER|INPUT|npm)_|^INIT_CWD$/.test(name),
  );
  const provided = { CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary };
  const { exitCode, all } = await execa('bash', ['-e', '-c', command], {
    cwd: project,
    env: { ...Object.fromEntries(inherited), ...provided, ...env },
    extendEnv: false,
    reject: false,
    all: true,
    stdin: 'ignore',
  });
  const lines = (await readFile(output, 'utf8')).split('\n').filter(Boolean);
  const outputs = Object.fromEntries(lines.map((line) => /^(\w+)=(.*)$/.exec(line)?.slice(1) ?? []));
  return { exitCode, all, summary: await readFile(summary, 'utf8'), outputs };
}

/** Runs a job of night.yml. */
async function runJob(job: 'plan' | 'job' | 'report', env: Record<string, string> = {}): Promise<Ran> {
  const { jobs } = parse(await readFile(join(project, '.github/workflows/night.yml'), 'utf8'));
  const inputs = { CLUSTER: 'native', RELEASES: '1.20,1.31', SUITE: 'strict' };
  const from = { GITHUB_REPOSITORY: 'owner/automtls', GITHUB_SERVER_URL: 'https://github.example' };
  return runCommand(jobs[job].steps, { ...inputs, ...from, GITHUB_API_URL: gitHub.api, GITHUB_TOKEN: token, ...env });
}

const night = (...names: string[]): string => join(project, 'night', ...names);

/** What jobs brought: of a good mesh, in the first night; and of one that is broken. */
const brought = { good: '', broken: '' };
let runs = 0;

/** A night that the clock starts, whose jobs bring what they brought before: something good, something broken, or nothing. */
async function nightOf(
  jobs: Record<string, 'good' | 'broken' | 'nothing'>,
  env: Record<string, string> = {},
): Promise<Ran> {
  runs += 1;
  await rm(night(), { recursive: true });
  await runJob('plan', { RELEASES: Object.keys(jobs).join() });
  for (const [istio, how] of Object.entries(jobs)) {
    if (how === 'nothing') continue;
    await cp(join(brought[how], `job-${istio}`), night('jobs', `job-${istio}`), { recursive: true, dereference: true });
  }
  return runJob('report', { GITHUB_EVENT_NAME: 'schedule', GITHUB_RUN_ID: String(runs), ...env });
}

test('the first night: every job runs and passes, there is nothing to compare it with, and no issue', async () => {
  const { outputs } = await runJob('plan');
  const plan = planFrom(await readFile(night('plan.json'), 'utf8'), 'plan.json');
  expect(JSON.parse(outputs['matrix'] ?? '')).toEqual(plan);
  expect(plan.include.map(({ istio }) => istio)).toEqual(['1.31', '1.20']);
  for (const { istio, node } of plan.include) {
    const { exitCode, all } = await runJob('job', { ISTIO: istio, IMAGE: node });
    expect({ exitCode, all }).toEqual({ exitCode: 0, all: expect.stringMatching(/\d+ passed, 0 failed$/m) });
  }
  runs = 1;
  const { exitCode, summary } = await runJob('report', { GITHUB_EVENT_NAME: 'schedule', GITHUB_RUN_ID: '1' });
  expect(exitCode).toBe(0);
  expect(summary).toContain('There is no earlier night to compare with.');
  expect(summary).toContain('Required releases pass everything that was tested.');
  expect(gitHub.issues).toEqual([]);
  const page = await readFile(night('night.html'), 'utf8');
  const reports = [...page.matchAll(/ href="([^#][^"]*)"/g)].map(([, href = '']) => href);
  expect(reports).toEqual(['1.31', '1.20'].map((istio) => `jobs/job-${istio}/latest/report.html`));
  for (const report of reports) expect(await readFile(night(report), 'utf8')).toContain('The mesh conforms');
  const remembered = await readFile(join(project, 'remembered', 'night.json'), 'utf8');
  expect(nightFrom(remembered, 'night.json').jobs.map(({ missing }) => missing)).toEqual([undefined, undefined]);
  brought.good = join(folder, 'good');
  await cp(night('jobs'), brought.good, { recursive: true, dereference: true });
}, 1_800_000);

test('the second night: a mesh on which STRICT does nothing is red, and opens one issue that names the pair', async () => {
  brought.broken = join(folder, 'broken');
  await mkdir(brought.broken);
  await pastTheSidecar(await mesh(), async () => {
    const { exitCode } = await judge(join(brought.broken, 'job-1.31'), '--suite', 'strict');
    expect(exitCode).toBe(1);
  });
  const { exitCode, summary } = await nightOf({ '1.31': 'broken', '1.20': 'good' });
  expect(exitCode).toBe(1);
  expect(summary).toContain(`${place}: ✓ 000 (curl 56) → ✗ 200 plain`);
  expect(gitHub.issues).toMatchObject([{ state: 'open', labels: [{ name: 'nightly' }], comments: [] }]);
  expect(gitHub.issues[0]?.title).toContain('1.31');
  expect(gitHub.issues[0]?.body).toContain(`${place}: expected 000 with curl exit 56`);
});

test('its jobs run again: it is still compared with the night before, and not with itself', async () => {
  const { exitCode, summary } = await nightOf({ '1.31': 'broken', '1.20': 'good' }, { GITHUB_RUN_ID: '2' });
  expect(exitCode).toBe(1);
  expect(summary).toContain(`${place}: ✓ 000 (curl 56) → ✗ 200 plain`);
  expect(gitHub.issues).toMatchObject([{ state: 'open', comments: [] }]);
});

test('the third night, broken in the same way: the issue is rewritten, not doubled, and nobody is told twice', async () => {
  const before = gitHub.issues[0]?.body;
  expect((await nightOf({ '1.31': 'broken', '1.20': 'good' })).exitCode).toBe(1);
  expect(gitHub.issues).toMatchObject([{ state: 'open', comments: [] }]);
  expect(gitHub.issues[0]?.body).not.toBe(before);
});

test('a night in which the broken job brings nothing could not tell: the issue is not closed', async () => {
  const { exitCode, summary } = await nightOf({ '1.31': 'nothing', '1.20': 'good' });
  expect(exitCode).toBe(3);
  expect(summary).toContain('1.31 is missing: it has no results.');
  expect(gitHub.issues).toMatchObject([{ state: 'open', comments: [] }]);
});

test('broken again after that: what was known of the job stood, and nobody is told twice', async () => {
  expect((await nightOf({ '1.31': 'broken', '1.20': 'good' })).exitCode).toBe(1);
  expect(gitHub.issues).toMatchObject([{ state: 'open', comments: [] }]);
});

test('a good night closes the issue', async () => {
  const { exitCode, summary } = await nightOf({ '1.31': 'good', '1.20': 'good' });
  expect(exitCode).toBe(0);
  expect(summary).toContain(`${place}: ✗ 200 plain → ✓ 000 (curl 56): now as the model predicts`);
  expect(gitHub.issues).toMatchObject([{ state: 'closed', comments: [expect.stringContaining('pass again')] }]);
});

test('a night that could not tell opens none', async () => {
  expect((await nightOf({ '1.31': 'nothing', '1.20': 'good' })).exitCode).toBe(3);
  expect(gitHub.issues).toHaveLength(1);
});

test('a night that somebody starts by hand is red, too, but opens no issue', async () => {
  const { exitCode } = await nightOf({ '1.31': 'broken' }, { GITHUB_EVENT_NAME: 'workflow_dispatch' });
  expect(exitCode).toBe(1);
  expect(gitHub.issues).toHaveLength(1);
});

describe('the action', () => {
  let workspace: string;
  beforeEach(async () => {
    workspace = await mkdtemp(join(folder, 'workspace-'));
  });

  /** Runs action.yml's command with inputs as it passes them on. */
  const runAction = async (inputs: Record<string, string>): Promise<Ran> => {
    const { runs } = parse(await readFile(join(project, 'action.yml'), 'utf8'));
    return runCommand(runs.steps, { GITHUB_WORKSPACE: workspace, ...inputs });
  };

  test('runs on the cluster that a job has made, and gives the job what came of it', async () => {
    await copyFile(await kubeconfig(), join(workspace, 'kubeconfig'));
    const inputs = { INPUT_CLUSTER: 'current', INPUT_KUBECONFIG: 'kubeconfig', INPUT_SUITE: 'strict' };
    const { exitCode, outputs } = await runAction(inputs);
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({ verdict: 'pass', failed: '0', skipped: '0', run: expect.stringMatching(/^\w+$/) });
    expect(Number(outputs['passed'])).toBeGreaterThan(10);
    expect(outputs['results']).toMatch(new RegExp(`^${workspace}/automtls-results/[^/]+$`));
    expect(await readFile(outputs['report'] ?? '', 'utf8')).toContain('<html');
    const results = join(outputs['results'] ?? '', 'results.json');
    expect(await readFile(results, 'utf8')).toContain('"verdict": "pass"');
  });

  test('says what is wrong with its inputs, and has no outputs', async () => {
    const { exitCode, all, outputs } = await runAction({ INPUT_CLUSTER: 'minikube' });
    expect(all).toContain('The input cluster must be one of current, kind, native, not "minikube".');
    expect(exitCode).toBe(2);
    expect(outputs).toEqual({});
  });
});
