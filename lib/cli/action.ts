import { readFile, readlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { current, kind, providers } from '../platform/clusters/index.ts';
import { UsageError } from '../platform/errors.ts';
import { countWithRunErrors } from '../report/index.ts';
import { type Results, resultsFrom } from '../results/index.ts';
import { listIn, performPlan, requirementOf } from './action-plan.ts';
import type { Declare } from './options/options.ts';
import { append, type Context } from './output/console.ts';

/** Clusters of the action: one that it creates, or one that the job created before. */
const clusters = providers.filter(({ action }) => action !== undefined);

/**
 * `automtls action`: runs the suites as a step of GitHub Actions, or plans a change of manifests.
 * @param run runs a command of this program, from the user's folder or from another, and returns its exit code
 */
export const action =
  (run: (args: string[], cwd?: string) => Promise<number>): Declare =>
  (context, end) =>
    new Command('action')
      .description('Run the task as a step of GitHub Actions, with the inputs of action.yml as INPUT_…')
      .action(async () => end(await performAction(context, run)));

/**
 * Plans if the inputs of action.yml say so. Otherwise it runs the suites, or the job's own manifests, with these inputs,
 * and writes the outputs of the step. Returns the exit code of the run.
 * @throws UsageError if an input is invalid, and whatever the run throws
 */
export async function performAction(
  { env, github }: Pick<Context, 'env' | 'github'>,
  run: (args: string[], cwd?: string) => Promise<number>,
): Promise<number> {
  if (env['INPUT_PLAN']) {
    const planned = await performPlan(env, workspaceOf(env), run);
    await append(github.outputFile, `verdict=${planned === 0 ? 'pass' : 'fail'}\n`);
    return planned;
  }
  const out = resultsFolder(env);
  const before = await newestIn(out);
  const exitCode = await run(['test', ...testArguments(env)], workspaceOf(env));
  const newest = await newestIn(out);
  // If the results could not be written, the outputs must not be those of an earlier step.
  if (newest !== undefined && newest !== before) {
    const folder = join(out, newest);
    const file = join(folder, 'results.json');
    await append(github.outputFile, actionOutputs(resultsFrom(await readFile(file, 'utf8'), file), folder));
  }
  return exitCode;
}

/**
 * Returns the arguments of `npm test` for the inputs of the action. An empty input counts as not given.
 * @param env the inputs as INPUT_…, and the variables for the job's workspace, kubeconfig and home
 * @throws UsageError if an input is invalid
 */
export function testArguments(env: NodeJS.ProcessEnv): string[] {
  const name = env['INPUT_CLUSTER'] || kind.name;
  const names = clusters.map((provider) => provider.name);
  if (!names.includes(name)) {
    throw new UsageError(`The input cluster must be one of ${names.join(', ')}, not "${name}".`);
  }
  const kubeconfig = env['INPUT_KUBECONFIG'] || (name === current.name ? usualKubeconfig(env) : '');
  const options = {
    suite: env['INPUT_SUITE'],
    istio: env['INPUT_ISTIO_VERSION'],
    kubeconfig: kubeconfig && resolve(workspaceOf(env), kubeconfig),
    context: env['INPUT_CONTEXT'],
    out: resultsFolder(env),
  };
  const given = Object.entries(options).flatMap(([name, value]) => (value ? [`--${name}=${value}`] : []));
  return [`--cluster=${name}`, ...given, ...ownArguments(env)];
}

/** Returns the arguments for the manifests of the job's own, whose paths lead from its workspace. */
function ownArguments(env: NodeJS.ProcessEnv): string[] {
  const manifests = listIn(env['INPUT_MANIFESTS']);
  if (manifests.length === 0) return [];
  return [
    ...manifests.map((path) => `--manifests=${path}`),
    ...listIn(env['INPUT_THEN']).map((path) => `--then=${path}`),
    ...listIn(env['INPUT_INJECT']).map((name) => `--inject=${name}`),
    ...requirementOf(env),
  ];
}

/** Returns the outputs of the action, in the format of GITHUB_OUTPUT. */
export function actionOutputs(results: Results, folder: string): string {
  const { summary, run } = results;
  const { failed, inconclusive } = countWithRunErrors(results);
  const outputs = {
    verdict: summary.verdict,
    passed: summary.passed,
    failed,
    inconclusive,
    skipped: summary.skipped,
    run: run.id,
    results: folder,
    report: join(folder, 'report.html'),
  };
  return Object.entries(outputs)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/**
 * Returns the kubeconfig that kubectl would use. The action may use it, because `cluster: current` names the cluster.
 */
function usualKubeconfig({ KUBECONFIG, HOME }: NodeJS.ProcessEnv): string {
  if (KUBECONFIG) return KUBECONFIG;
  if (HOME) return join(HOME, '.kube', 'config');
  throw new UsageError(
    'The input cluster is current, but neither KUBECONFIG nor HOME is set: set the input kubeconfig.',
  );
}

function resultsFolder(env: NodeJS.ProcessEnv): string {
  return join(workspaceOf(env), 'automtls-results');
}

function workspaceOf({ GITHUB_WORKSPACE }: NodeJS.ProcessEnv): string {
  if (GITHUB_WORKSPACE) return GITHUB_WORKSPACE;
  throw new UsageError(
    'npm run action runs as a step of GitHub Actions and needs GITHUB_WORKSPACE: elsewhere use npm test.',
  );
}

/** Returns the name of the newest run's folder; undefined if there is none. */
async function newestIn(out: string): Promise<string | undefined> {
  return readlink(join(out, 'latest')).catch(() => undefined);
}
