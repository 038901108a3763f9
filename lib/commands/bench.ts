import type { Bench } from '../bench/answering.ts';
import { bench } from '../bench/bench.ts';
import { istioReachability } from '../bench/istio-test.ts';
import { ourReachability, type Reachability } from '../bench/reachability.ts';
import { type Size, sizes } from '../bench/sizes.ts';
import { choose } from '../cluster/choose.ts';
import { UsageError } from '../errors.ts';
import { columns } from '../report/columns.ts';
import { duration } from '../report/words.ts';
import type { Suite } from '../run/suite.ts';
import { answersFor, sensitivity } from '../verdict/judge/answers/sensitivity.ts';
import { clusterOptionsOf, noPositionals, parse } from './arguments.ts';
import type { Console } from './console.ts';
import { benchFlags } from './flags.ts';
import { benchHelp } from './help.ts';

/**
 * `npm run bench -- …`: compares this project with bash and kubectl, and with Istio's own test, on one cluster, and
 * prints tables. Returns the exit code.
 * @throws UsageError if the cluster is unsuitable; InconclusiveError if something could not be measured
 */
export async function benchmark(
  args: string[],
  { suites, console }: { suites: readonly Suite[]; console: Console },
): Promise<number> {
  const { values, positionals } = parse(args, benchFlags);
  if (values.help) {
    console.print(benchHelp);
    return 0;
  }
  noPositionals(positionals);
  const acquired = await choose(clusterOptionsOf(values, console.cwd), console);
  try {
    const rows = await bench({ acquired, ...console });
    const lines = rows.map(({ what, ours, kubectl }) => [
      what,
      duration(ours),
      duration(kubectl),
      `${(kubectl / ours).toFixed(1)} ×`,
    ]);
    const table = [['', 'automtls', 'bash and kubectl', 'faster'], ...lines];
    console.print(columns(table, (column) => column > 0).join('\n'));
    console.print(
      `automtls requires ${answersFor(sensitivity)} answers from each pair that a step changes, none of them wrong. The script requires one.`,
    );
    await compareReachability({ acquired, ...console }, { suites, console, meshWide: values['mesh-wide'] });
    const grown = await sizes({ acquired, ...console });
    console.print(`\n${columns(sizeTable(grown), (column) => column > 0).join('\n')}`);
    return 0;
  } finally {
    await acquired.release();
  }
}

/** Prints how long the suite reachability takes, and the test of Istio's own that has the same configurations. */
async function compareReachability(
  options: Bench,
  { suites, console, meshWide }: { suites: readonly Suite[]; console: Console; meshWide: boolean },
): Promise<void> {
  const suite = suites.find(({ name }) => name === 'reachability');
  if (suite === undefined) throw new Error('there is no suite reachability');
  if (!options.acquired.cluster.owned && !meshWide) {
    console.print(
      '\nThe suite reachability was not run, because it changes the mesh for everybody: allow it with --mesh-wide.',
    );
    return;
  }
  const rows = [await ourReachability(suite, options)];
  let notRun: string | undefined;
  try {
    const istios = await istiosReachability(options);
    if (typeof istios === 'string') notRun = istios;
    else rows.push(istios);
  } finally {
    // Even if Istio's own test failed.
    console.print(`\n${columns(reachabilityTable(rows), (column) => column === 1 || column > 2).join('\n')}`);
  }
  if (notRun !== undefined) console.print(notRun);
}

/** Returns how long Istio's own test takes, or a text that says why it was not run. */
async function istiosReachability(options: Bench): Promise<Reachability | string> {
  const { istioTest } = options.acquired;
  const notRun = "Istio's own TestReachability was not run";
  if (istioTest === undefined) {
    return `${notRun}: it needs a native cluster that is started for this command, because no other has the images that it deploys.`;
  }
  try {
    return await istioReachability(await istioTest(options), options);
  } catch (error) {
    if (error instanceof UsageError) return `${notRun}. ${error.message}`;
    throw error;
  }
}

function reachabilityTable(all: Reachability[]): string[][] {
  const lines = all.map(({ what, cases, requests, ms }) => [
    what,
    cases.toLocaleString('en'),
    requests,
    duration(ms),
    (cases / (ms / 1000)).toFixed(1),
  ]);
  return [['', 'cases', 'requests of a case', 'time', 'cases a second'], ...lines];
}

function sizeTable(all: Size[]): string[][] {
  const lines = all.map(({ pairs, pods, setUpMs, refreshMs, memory }) => [
    `${pairs} pairs, ${pods} pods`,
    duration(setUpMs),
    duration(refreshMs),
    Math.round(pairs / (refreshMs / 1000)).toLocaleString('en'),
    `${Math.round(memory / 2 ** 20)} MiB`,
  ]);
  return [['', 'set-up', 'every pair once', 'pairs a second', 'memory'], ...lines];
}
