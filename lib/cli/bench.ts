import { type ClusterOptions, choose } from '../platform/clusters/index.ts';
import { UsageError } from '../platform/errors.ts';
import { columns, duration } from '../report/index.ts';
import type { Suite } from '../scenario/index.ts';
import {
  type Bench,
  type CheckTime,
  checkTime,
  bench as compare,
  istioReachability,
  largeMesh,
  missed,
  ourReachability,
  type Reachability,
  type Size,
  sizes,
  usualMesh,
} from '../tools/bench/index.ts';
import { answersFor, usualSensitivity } from '../verdict/index.ts';
import { clusterCommand, clusterOptionsOf, type Declare } from './options/options.ts';
import type { Console } from './output/console.ts';

/** `automtls bench`: compares this project with others on one cluster. */
export const bench: Declare = (context, end) =>
  clusterCommand('bench', context)
    .description(
      `Compare it with bash, kubectl and Istio's own test. On one cluster it runs one matrix and the whole task, also by bash and kubectl. Then it runs the suite reachability and Istio's own TestReachability, compiled from the release that the cluster runs, and shows how many cases a second each asks. Then it shows what 6, 60 and 600 pairs take. Last, it shows how long automtls check takes on a generated mesh, which needs no cluster, and ends with exit code 1 if that is longer than it may be.

Istio's own test needs a native cluster that is started for this command: its images are built here, and it changes the mesh's configuration. Everything else also runs on other clusters.`,
    )
    .option('--mesh-wide', 'on an existing cluster, allow reachability, which changes the whole mesh')
    .option('--large', 'let check read a mesh of 20,000 Services and 100,000 pods, too')
    .option('--check-only', 'measure check alone')
    .action(async ({ meshWide = false, large = false, checkOnly = false, ...values }) => {
      if (!checkOnly) await benchmark(clusterOptionsOf(values), { ...context, meshWide });
      const times = [await checkTime(usualMesh, context.console)];
      if (large) times.push(await checkTime(largeMesh, context.console));
      context.console.print(`\n${columns(checkTable(times), (column) => column > 0).join('\n')}`);
      const late = times.flatMap((time) => missed(time).map((why) => `${meshWords(time)}: ${why}.`));
      if (late.length === 0) return;
      context.console.print(late.join('\n'));
      end(1);
    });

/** @throws UsageError if the cluster is unsuitable; InconclusiveError if something could not be measured */
async function benchmark(
  options: ClusterOptions,
  { suites, console, meshWide }: { suites: readonly Suite[]; console: Console; meshWide: boolean },
): Promise<void> {
  const acquired = await choose(options, console);
  try {
    const rows = await compare({ acquired, ...console });
    const lines = rows.map(({ what, ours, kubectl }) => [
      what,
      duration(ours),
      duration(kubectl),
      `${(kubectl / ours).toFixed(1)} ×`,
    ]);
    const table = [['', 'automtls', 'bash and kubectl', 'faster'], ...lines];
    console.print(columns(table, (column) => column > 0).join('\n'));
    console.print(
      `automtls requires ${answersFor(usualSensitivity)} answers from each pair that a step changes, none of them wrong. The script requires one.`,
    );
    await compareReachability({ acquired, ...console }, { suites, console, meshWide });
    const grown = await sizes({ acquired, ...console });
    console.print(`\n${columns(sizeTable(grown), (column) => column > 0).join('\n')}`);
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
    mebibytes(memory),
  ]);
  return [['', 'set-up', 'every pair once', 'pairs a second', 'memory'], ...lines];
}

function meshWords({ services, pods }: CheckTime): string {
  return `${services.toLocaleString('en')} Services, ${pods.toLocaleString('en')} pods`;
}

function checkTable(all: CheckTime[]): string[][] {
  const lines = all.map((time) => [
    `${meshWords(time)}, ${time.policies.toLocaleString('en')} policies`,
    ...[time.lists, time.answer].flatMap(({ wallMs, cpuMs }) => [duration(wallMs), duration(cpuMs)]),
    duration(time.limits.answerMs),
    mebibytes(time.memory),
    mebibytes(time.limits.memory),
  ]);
  return [['automtls check', 'lists', 'CPU', 'then the answer', 'CPU', 'at most', 'memory', 'at most'], ...lines];
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20).toLocaleString('en')} MiB`;
}
