import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { evaluate, expand, isTrue, type Scope, textOf, type Value } from './expression.ts';
import { checkOut, type Storage } from './github-world.ts';
import { conditionOf, expanded, playSteps, type Step, type StepsRun } from './steps.ts';

// Plays this project's workflows where neither GitHub nor Docker is, for the live tests of the nightly run alone.
//
// Why not nektos/act: version 0.2.89, self-hosted and offline, with folders in place of GitHub's actions, does play
// night.yml: the called workflow, the matrix out of a job's output, needs, conditions, hashFiles and time limits. But
// - it ignores `permissions`: every job gets the same token, so that a missing `issues: write` would go unnoticed;
// - it ignores a job's `continue-on-error`: what needs such a job is skipped, and the run fails;
// - it runs scripts with an expression in them, by which whoever names a branch could run anything;
// - caches and artifacts are the work of GitHub's own actions, which would have to be downloaded, or stood in for as in
//   github-world.ts.

/** What starts a workflow, and where. */
export interface Event {
  name: 'schedule' | 'workflow_dispatch';
  inputs?: Record<string, string>;
  /** The repository's variables. */
  vars?: Record<string, string>;
  /** Which run of the workflow it is. */
  run: number;
  /** How often its jobs have been run, 1 where it is left out. */
  attempt?: number;
  /** The address of GitHub's API, and the token that only jobs with the permission to write issues get. */
  api: string;
  token: string;
  storage: Storage;
  /** What a job of a matrix brings without being run: its artifacts by name, and how it ended. */
  instead?: (matrix: Record<string, Value>) => { artifacts: Record<string, string>; result: Result } | undefined;
}

type Result = 'success' | 'failure' | 'skipped';

export interface JobRun {
  job: string;
  matrix?: Record<string, Value>;
  result: Result;
  /** Absent where the job was skipped, or brought something without being run. */
  run?: StepsRun;
}

interface WrittenJob {
  name?: string;
  needs?: string | string[];
  if?: string;
  steps: Step[];
  outputs?: Record<string, string>;
  strategy?: { matrix: string };
  'continue-on-error'?: string;
  permissions?: Record<string, string>;
}

interface Workflow {
  env?: Record<string, string>;
  jobs: Record<string, WrittenJob>;
}

const known = 'name needs if steps outputs strategy continue-on-error runs-on timeout-minutes permissions'.split(' ');

/** Runs the jobs of a workflow of this project one after the other, as GitHub would. Throws at whatever it does not know. */
export async function playWorkflow(file: string, event: Event): Promise<JobRun[]> {
  const { env, jobs } = await written<Workflow>(`.github/workflows/${file}`);
  event.storage.artifacts.clear();
  const provided = { ...providedBy(event), ...expanded(env, { contexts: contextsOf(event), functions: {} }) };
  const runs: JobRun[] = [];
  const needs: Record<string, { result: Result; outputs: Record<string, Value> }> = {};
  for (const [job, one] of Object.entries(jobs)) {
    const unknown = Object.keys(one).filter((key) => !known.includes(key));
    if (unknown.length > 0) throw new Error(`the job ${job} has ${unknown.join(', ')}, which is not known here`);
    const scope = scopeOf(contextsOf(event, one), one, needs);
    const own = isTrue(evaluate(conditionOf(one.if), scope))
      ? await jobsOf(job, one, scope, event, provided)
      : [{ job, result: 'skipped' as const, tolerated: false }];
    const failed = own.some(({ result, tolerated }) => result === 'failure' && !tolerated);
    const [first] = own;
    const outputs = expanded(one.outputs, withSteps(scope, first?.run?.outputs ?? {}));
    needs[job] = { result: failed ? 'failure' : first?.result === 'skipped' ? 'skipped' : 'success', outputs };
    runs.push(...own.map(({ tolerated: _, ...run }) => run));
  }
  return runs;
}

/** Runs a composite action of this project, as a job would that has nothing but a workspace. */
export async function playAction(
  inputs: Record<string, string>,
  event: Event,
  workspace: string,
): Promise<StepsRun & { given: Record<string, string> }> {
  const action = await written<{
    inputs: Record<string, { default?: string }>;
    outputs: Record<string, { value: string }>;
    runs: { steps: Step[] };
  }>('action.yml');
  const place = await mkdtemp(join(event.storage.folder, 'action-'));
  await checkOut(place);
  const given = Object.fromEntries(
    Object.entries(action.inputs).map(([name, { default: otherwise = '' }]) => [name, inputs[name] ?? otherwise]),
  );
  const contexts = { inputs: given, github: { action_path: place }, runner: { os: 'Linux', arch: 'X64' } };
  const job = { workspace, storage: event.storage };
  const run = await playSteps(action.runs.steps, job, { env: providedBy(event), contexts });
  const values = Object.fromEntries(Object.entries(action.outputs).map(([name, { value }]) => [name, value]));
  return { ...run, given: expanded(values, withSteps({ contexts, functions: {} }, run.outputs)) };
}

async function jobsOf(
  job: string,
  written: WrittenJob,
  scope: Scope,
  event: Event,
  env: Record<string, string>,
): Promise<(JobRun & { tolerated: boolean })[]> {
  const matrices = matricesOf(written, scope);
  const runs: (JobRun & { tolerated: boolean })[] = [];
  for (const matrix of matrices) {
    const contexts = matrix === undefined ? scope.contexts : { ...scope.contexts, matrix };
    const tolerated = isTrue(expand(String(written['continue-on-error'] ?? false), { ...scope, contexts }));
    const told = { job, ...(matrix !== undefined && { matrix }), tolerated };
    const instead = matrix && event.instead?.(matrix);
    if (instead !== undefined) {
      for (const [name, folder] of Object.entries(instead.artifacts)) event.storage.artifacts.set(name, folder);
      runs.push({ ...told, result: instead.result });
      continue;
    }
    const workspace = await mkdtemp(join(event.storage.folder, `${job}-`));
    const run = await playSteps(written.steps, { workspace, storage: event.storage }, { env, contexts });
    runs.push({ ...told, result: run.result, run });
  }
  return runs;
}

function matricesOf({ strategy }: WrittenJob, scope: Scope): (Record<string, Value> | undefined)[] {
  if (strategy === undefined) return [undefined];
  const matrix = expand(strategy.matrix, scope) as { include: Record<string, Value>[] };
  if (Object.keys(matrix).join() !== 'include') throw new Error('a matrix is known here by what it includes alone');
  return matrix.include;
}

function scopeOf(
  contexts: Record<string, Value>,
  { needs }: WrittenJob,
  ended: Record<string, { result: Result; outputs: Record<string, Value> }>,
): Scope {
  const needed = [needs ?? []].flat();
  const own = Object.fromEntries(
    needed.map((name) => {
      const job = ended[name];
      if (job === undefined) throw new Error(`the job ${name} must stand before what needs it`);
      return [name, job];
    }),
  );
  return {
    contexts: { ...contexts, needs: own },
    functions: {
      always: () => true,
      success: () => needed.every((name) => ended[name]?.result === 'success'),
      fromJSON: (text) => JSON.parse(textOf(text)) as Value,
    },
  };
}

function contextsOf(event: Event, job?: WrittenJob): Record<string, Value> {
  const token = job?.permissions?.['issues'] === 'write' ? event.token : 'a token that may not write';
  return {
    github: { event_name: event.name, run_id: event.run, run_attempt: event.attempt ?? 1, token },
    inputs: event.inputs ?? {},
    vars: event.vars ?? {},
    runner: { os: 'Linux', arch: 'X64' },
  };
}

function withSteps({ contexts, functions }: Scope, outputs: StepsRun['outputs']): Scope {
  const steps = Object.fromEntries(Object.entries(outputs).map(([id, own]) => [id, { outputs: own }]));
  return { contexts: { ...contexts, steps }, functions };
}

/** What GitHub provides every step. */
function providedBy({ name, run, api }: Event): Record<string, string> {
  return {
    ...{ CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: name, GITHUB_RUN_ID: String(run) },
    ...{ GITHUB_REPOSITORY: 'owner/automtls', GITHUB_SERVER_URL: 'https://github.example', GITHUB_API_URL: api },
  };
}

async function written<T>(path: string): Promise<T> {
  return parse(await readFile(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8')) as T;
}
