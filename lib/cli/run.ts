import { relative } from 'node:path';
import { type ClusterOptions, choose, current, keptCluster, native, providerFor } from '../platform/clusters/index.ts';
import { messageOf, UsageError } from '../platform/errors.ts';
import { builtReleaseFor } from '../platform/istio/index.ts';
import type { Limits } from '../platform/limits.ts';
import { annotations, terminalEnd, terminalSuite, timingsText } from '../report/index.ts';
import { type Results, textOf } from '../results/index.ts';
import { type ConformanceOptions, type JestStage, runConformance, runSuites } from '../run/index.ts';
import type { Suite } from '../scenario/index.ts';
import type { Sensitivity } from '../verdict/index.ts';
import { attachmentsOf, withRecord } from './output/attachments.ts';
import { type Console, escapeWorkflowCommands, type GitHub } from './output/console.ts';
import { makeResultsFolder } from './output/folder.ts';
import { leave } from './output/keep.ts';

export interface RunOptions extends ClusterOptions {
  suites: readonly Suite[];
  /** The suites that `--suite` names; empty without it. */
  named: readonly string[];
  /** The cell that `--cell` names. */
  cell: string | undefined;
  /** The value of `--sensitivity`; undefined for the default. */
  sensitivity: Sensitivity | undefined;
  /** The value of `--seed`; undefined for a random one. */
  seed: number | undefined;
  /** The limits that were set with the flags of lib/cli/options/limits.ts. */
  limits: Partial<Limits>;
  meshWide: boolean;
  /** Whether to print how long each part of each step took. */
  timings: boolean;
  keep: boolean;
  /** Whether to end the run after a step of which something failed. */
  failFast: boolean;
  /** The folder for results. */
  out: string;
  /** Whether to print results.json instead of the report. */
  json: boolean;
  github: GitHub;
}

/**
 * Runs suites on a cluster, writes the results to a folder and prints the report. Returns the exit code.
 * @throws UsageError if the options or the cluster are unsuitable; InconclusiveError if the run could not start
 */
export async function runOnCluster(options: RunOptions, console: Console): Promise<number> {
  const begunAt = performance.now();
  if (options.keep && !(await stays(options))) {
    throw new UsageError(
      '--keep needs a cluster that stays: start one with npx automtls cluster up, or name one with --kubeconfig.',
    );
  }
  await makeResultsFolder(options.out);
  const acquired = await choose(options, console);
  const clusterMs = performance.now() - begunAt;
  const { files, onFailure } = attachmentsOf();
  let ended: Awaited<ReturnType<typeof runConformance>>;
  const told = new Set<string>();
  try {
    const runSuites = suitesWithJest(console);
    const onSuite = options.json ? undefined : suitesTo(console, options.github, told);
    ended = await runConformance({
      ...options,
      ...console,
      acquired,
      onFailure,
      runSuites,
      ...(onSuite && { onSuite }),
    });
  } catch (error) {
    await acquired.release().catch(() => {});
    throw error;
  }
  const { unsealed, record } = ended;
  const releasedAt = performance.now();
  // The results are reported even if the cluster cannot be deleted.
  await acquired.release().catch((error: unknown) => {
    unsealed.runErrors.push(`the cluster could not be taken down: ${messageOf(error)}`);
  });
  const endedAt = performance.now();
  if (!acquired.stays) {
    unsealed.phases.unshift({ name: 'cluster up', ms: clusterMs });
    unsealed.phases.push({ name: 'cluster down', ms: endedAt - releasedAt });
  }
  unsealed.phases.push({ name: 'total', ms: endedAt - begunAt });
  const { results, report } = await leave(unsealed, {
    ...options.github,
    out: options.out,
    files: withRecord(files, record),
  });
  tell(results, { report, told }, options, console);
  return results.summary.exitCode;
}

/** Returns whether the cluster that the options choose exists before the run, and after it. */
async function stays(options: ClusterOptions): Promise<boolean> {
  const { name } = await providerFor(options);
  if (name === current.name) return true;
  const kept = name === native.name ? await keptCluster() : undefined;
  return (
    kept !== undefined && (options.istio === undefined || builtReleaseFor(options.istio).module.version === kept.istio)
  );
}

function tell(
  results: Results,
  { report, told }: { report: string | undefined; told: ReadonlySet<string> },
  { json, timings, github }: RunOptions,
  console: Console,
): void {
  if (json) {
    console.print(textOf(results).trimEnd());
    return;
  }
  if (github.annotates) for (const line of annotations(results)) console.print(line);
  if (timings) console.print(timingsText(results));
  const left = results.suites
    .filter(({ name }) => !told.has(name))
    .map((suite) => terminalSuite(suite, results.run.namespaces, console.color))
    .filter((text) => text !== '');
  const end = terminalEnd(results, console.color, report && relative(console.cwd, report));
  console.print(escapeWorkflowCommands([...left, end].join('\n\n'), github));
}

/**
 * Returns a function that prints each suite as soon as it has ended.
 * @param told takes the names of the suites that were printed
 */
function suitesTo(
  { print, color }: Console,
  github: GitHub,
  told: Set<string>,
): NonNullable<ConformanceOptions['onSuite']> {
  return (suite, namespaces) => {
    told.add(suite.name);
    print(`${escapeWorkflowCommands(terminalSuite(suite, namespaces, color), github)}\n`);
  };
}

const suitesWithJest =
  ({ onUncaught }: Console): ConformanceOptions['runSuites'] =>
  (suites, perform) =>
    runSuites({ suites, perform: perform as JestStage['perform'], onUncaught });
