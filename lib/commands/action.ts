import { readFile, readlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { current } from '../cluster/current.ts';
import { kind } from '../cluster/kind/provider.ts';
import { providers } from '../cluster/registry.ts';
import { UsageError } from '../errors.ts';
import { countWithRunErrors } from '../report/run-errors.ts';
import { resultsFrom } from '../results/file.ts';
import type { Results } from '../results/types.ts';
import { helpOption, noPositionals, oneNamed, parse } from './arguments.ts';
import { append, type CommandContext } from './console.ts';
import { actionHelp } from './help.ts';

/** What the action can run on: one that it makes, or one that the job has made. */
const clusters = providers.filter(({ action }) => action !== undefined);

interface SuiteCommandContext extends CommandContext {
  /** Performs `npm test` with such arguments. */
  run(args: string[]): Promise<number>;
}

/**
 * `npm run action`: runs the suites as the inputs of action.yml say, and gives the job what came of it. Returns the exit
 * code of the run.
 * @throws UsageError, and what the run throws
 */
export async function action(args: string[], { env, console, github, run }: SuiteCommandContext): Promise<number> {
  const { values, positionals } = parse(args, helpOption);
  if (values.help) {
    console.print(actionHelp);
    return 0;
  }
  noPositionals(positionals);
  const out = resultsFolder(env);
  const before = await newestIn(out);
  const exitCode = await run(testArguments(env));
  const newest = await newestIn(out);
  // Results that could not be written must not be taken for those of an earlier step.
  if (newest !== undefined && newest !== before) {
    const folder = join(out, newest);
    const file = join(folder, 'results.json');
    await append(github.outputFile, actionOutputs(resultsFrom(await readFile(file, 'utf8'), file), folder));
  }
  return exitCode;
}

/**
 * Returns the arguments of `npm test` that the inputs of the action mean. An input that is empty was not given.
 * @param env the inputs as INPUT_…, and where the job's workspace, kubeconfig and home are
 * @throws UsageError where an input makes no sense
 */
export function testArguments(env: NodeJS.ProcessEnv): string[] {
  const { name } = oneNamed(clusters, env['INPUT_CLUSTER'] || kind.name, 'The input cluster');
  const kubeconfig = env['INPUT_KUBECONFIG'] || (name === current.name ? usualKubeconfig(env) : '');
  const options = {
    suite: env['INPUT_SUITE'],
    istio: env['INPUT_ISTIO_VERSION'],
    kubeconfig: kubeconfig && resolve(workspaceOf(env), kubeconfig),
    context: env['INPUT_CONTEXT'],
    out: resultsFolder(env),
  };
  const given = Object.entries(options).flatMap(([name, value]) => (value ? [`--${name}=${value}`] : []));
  return [`--cluster=${name}`, ...given];
}

/** Returns what the action gives to the job, in the form of GITHUB_OUTPUT. What is inconclusive did not pass. */
export function actionOutputs(results: Results, folder: string): string {
  const { summary, run } = results;
  const { failed, inconclusive } = countWithRunErrors(results);
  const outputs = {
    verdict: summary.verdict,
    passed: summary.passed,
    failed: failed + inconclusive,
    skipped: summary.skipped,
    run: run.id,
    results: folder,
    report: join(folder, 'report.html'),
  };
  return Object.entries(outputs)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** Where kubectl looks, too: whoever writes `cluster: current` has named it. */
function usualKubeconfig({ KUBECONFIG, HOME }: NodeJS.ProcessEnv): string {
  if (KUBECONFIG) return KUBECONFIG;
  if (HOME) return join(HOME, '.kube', 'config');
  throw new UsageError(
    'The input cluster is current, and neither KUBECONFIG nor HOME says where its kubeconfig is: give the input kubeconfig.',
  );
}

function resultsFolder(env: NodeJS.ProcessEnv): string {
  return join(workspaceOf(env), 'automtls-results');
}

function workspaceOf({ GITHUB_WORKSPACE }: NodeJS.ProcessEnv): string {
  if (GITHUB_WORKSPACE) return GITHUB_WORKSPACE;
  throw new UsageError(
    'npm run action is a step of GitHub Actions and wants GITHUB_WORKSPACE: elsewhere use npm test.',
  );
}

/** Returns the name of the newest run's folder; undefined where there is none. */
async function newestIn(out: string): Promise<string | undefined> {
  return readlink(join(out, 'latest')).catch(() => undefined);
}
