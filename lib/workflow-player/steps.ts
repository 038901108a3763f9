import { createHash } from 'node:crypto';
import { globSync } from 'node:fs';
import { mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { evaluate, expand, isTrue, type Scope, textOf, type Value } from './expression.ts';
import { type Job, use } from './github-world.ts';

/** A step as a workflow or a composite action has it. */
export interface Step {
  name?: string;
  id?: string;
  if?: string;
  uses?: string;
  with?: Record<string, unknown>;
  run?: string;
  env?: Record<string, unknown>;
  shell?: string;
  'working-directory'?: string;
  'timeout-minutes'?: number;
}

export interface StepRun {
  name: string;
  conclusion: 'success' | 'failure' | 'skipped';
  /** Of what ran a script. */
  exitCode?: number | undefined;
  log: string;
}

export interface StepsRun {
  result: 'success' | 'failure';
  steps: StepRun[];
  /** By the ids of steps. */
  outputs: Record<string, Record<string, string>>;
  /** What was written to the run's page. */
  summary: string;
}

const known = 'name id if uses with run env shell working-directory timeout-minutes'.split(' ');
const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Runs the steps of a job one after the other: scripts in processes of their own, actions of GitHub by what stands for
 * them here. Throws at whatever it does not know, and at scripts with an expression in them.
 * @param env what every script has, besides what the job is given by GitHub
 * @param contexts what expressions see, besides the steps before
 */
export async function playSteps(
  steps: Step[],
  job: Job,
  { env, contexts }: { env: Record<string, string>; contexts: Record<string, Value> },
): Promise<StepsRun> {
  const files = await mkdtemp(join(job.storage.folder, 'step-'));
  const file = { output: join(files, 'output'), summary: join(files, 'summary') };
  await writeFile(file.summary, '');
  const run: StepsRun = { result: 'success', steps: [], outputs: {}, summary: '' };
  for (const step of steps) {
    const unknown = Object.keys(step).filter((key) => !known.includes(key));
    if (unknown.length > 0) throw new Error(`a step has ${unknown.join(', ')}, which is not known here`);
    const name = step.name ?? step.run ?? step.uses ?? '';
    const scope = scopeOf(run, job, contexts);
    if (!isTrue(evaluate(conditionOf(step.if), scope))) {
      run.steps.push({ name, conclusion: 'skipped', log: '' });
      continue;
    }
    await writeFile(file.output, '');
    const provided = { GITHUB_WORKSPACE: job.workspace, GITHUB_OUTPUT: file.output, GITHUB_STEP_SUMMARY: file.summary };
    const ended = await play(step, job, scope, { ...env, ...provided });
    if (ended.conclusion === 'failure') run.result = 'failure';
    if (step.id !== undefined)
      run.outputs[step.id] = { ...ended.outputs, ...outputsIn(await readFile(file.output, 'utf8')) };
    const { outputs: _, ...told } = ended;
    run.steps.push({ name, ...told });
  }
  return { ...run, summary: await readFile(file.summary, 'utf8') };
}

type Ended = Omit<StepRun, 'name'> & { outputs: Record<string, string> };

async function play(step: Step, job: Job, scope: Scope, env: Record<string, string>): Promise<Ended> {
  if (step.run !== undefined) return script(step, step.run, job, scope, env);
  try {
    const outputs = await use(step.uses ?? '', expanded(step.with, scope), job);
    return { conclusion: 'success', log: '', outputs };
  } catch (error) {
    return { conclusion: 'failure', log: String(error), outputs: {} };
  }
}

async function script(step: Step, text: string, job: Job, scope: Scope, env: Record<string, string>): Promise<Ended> {
  if (text.includes('{{')) throw new Error(`an expression within a script can be anything: ${text}`);
  const cwd = resolve(job.workspace, textOf(expand(step['working-directory'] ?? '.', scope)));
  if (text.startsWith('npm ci ')) {
    // What the lockfile names is installed where these tests run.
    await symlink(join(root, 'node_modules'), join(cwd, 'node_modules'));
    return { conclusion: 'success', log: '', outputs: {} };
  }
  const flags = step.shell === undefined ? ['-e'] : ['--noprofile', '--norc', '-eo', 'pipefail'];
  const { exitCode, all } = await execa('bash', [...flags, '-c', text], {
    ...{ cwd, reject: false, all: true, stdin: 'ignore', extendEnv: false },
    env: { ...inherited(), ...env, ...expanded(step.env, scope) },
    ...(step['timeout-minutes'] !== undefined && { timeout: step['timeout-minutes'] * 60_000 }),
  });
  return { conclusion: exitCode === 0 ? 'success' : 'failure', exitCode, log: all, outputs: {} };
}

/** What a runner has of its machine; what GitHub provides a step that runs these tests is another's. */
function inherited(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(GITHUB|RUNNER|INPUT)_/.test(name)));
}

/** Returns texts with their expressions replaced; numbers and truths as text, as a step gets them. */
export function expanded(all: Record<string, unknown> | undefined, scope: Scope): Record<string, string> {
  return Object.fromEntries(
    Object.entries(all ?? {}).map(([name, value]) => [name, textOf(expand(String(value), scope))]),
  );
}

/** Returns a condition that says also what GitHub adds: without a word on the state, all before must have succeeded. */
export function conditionOf(written: string | undefined): string {
  if (written === undefined) return 'success()';
  const bare = written.trim().replace(/^\$\{\{(.*)\}\}$/s, '$1');
  return /\b(?:always|success|failure|cancelled)\(/.test(bare) ? bare : `success() && (${bare})`;
}

function scopeOf({ result, outputs }: StepsRun, { workspace }: Job, contexts: Record<string, Value>): Scope {
  const steps = Object.fromEntries(Object.entries(outputs).map(([id, own]) => [id, { outputs: own }]));
  return {
    contexts: { ...contexts, steps },
    functions: {
      always: () => true,
      cancelled: () => false,
      success: () => result === 'success',
      hashFiles: (...patterns) => hashOf(patterns.map(textOf), workspace),
    },
  };
}

function hashOf(patterns: string[], cwd: string): string {
  const found = globSync(patterns, { cwd }).sort();
  return found.length === 0 ? '' : createHash('sha256').update(found.join('\n')).digest('hex');
}

function outputsIn(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}
