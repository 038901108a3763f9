import { type PreparedRun, settingOf } from '../mesh/index.ts';
import { atLeast, formatRelease, type Release } from '../model/index.ts';
import type { Acquired } from '../platform/clusters/index.ts';
import { InconclusiveError, InterruptedError, messageOf, UsageError } from '../platform/errors.ts';
import type { Limits } from '../platform/limits.ts';
import { VERSION } from '../platform/machine.ts';
import type { OnProgress } from '../platform/progress.ts';
import { countOf, type StepResult, type SuiteResult, type UnsealedResults } from '../results/index.ts';
import {
  assertAsks,
  idOf,
  kindsOf,
  needsStrangers,
  onRelease,
  type Step,
  type Suite,
  scenarioOf,
  scenariosOf,
  stepObjects,
  topologiesOf,
  withTraffic,
} from '../scenario/index.ts';
import type { RunRecord, Sensitivity, StepRecord } from '../verdict/index.ts';
import { afterStep, type OnFailure } from './after-failure.ts';
import { performStep, recordedStep, runRecordOf } from './perform.ts';
import { populate, prepare, type Started } from './start.ts';
import { addStep, type Following, isLeftOut } from './steps-done.ts';
import { tearDown } from './tear-down.ts';

export interface ConformanceOptions extends Omit<Following, 'suites'> {
  acquired: Acquired;
  suites: readonly Suite[];
  istio?: string | undefined;
  /** Whether mesh-wide suites may run on a cluster that this project did not make. */
  meshWide: boolean;
  keep: boolean;
  /** Suites that the user named: one of them must not be skipped. */
  named: readonly string[];
  /** The cell that the user named, if any. */
  cell?: string | undefined;
  /** The share of wrong answers that each step must find, if not the usual one. */
  sensitivity?: Sensitivity | undefined;
  /** Limits that the user set instead of the usual ones. */
  limits?: Partial<Limits> | undefined;
  /** What the variations of requests follow from; chosen at random if absent. */
  seed?: number | undefined;
  signal: AbortSignal;
  onProgress: OnProgress;
  /** Called after each step of which a cell failed, while its objects are still applied. */
  onFailure?: OnFailure;
  /** Runs the suites: calls `perform` for every step, in order, and returns how many steps passed and failed. */
  runSuites(suites: readonly Suite[], perform: Perform): Promise<JestCount>;
}

/** How many checks and cells passed and failed according to Jest; those that were not run are neither. */
export interface JestCount {
  passed: number;
  failed: number;
  /** The first error; absent if there was none. */
  firstError?: string;
}

/** Returns undefined for a step that `--fail-fast` leaves out. */
export type Perform = (suite: Suite, step: Step) => Promise<StepResult | undefined>;

/**
 * Does one run from start to finish: checks the cluster, creates the workloads, runs the suites and removes everything.
 * @returns the results without their summary, and what their verdicts follow from, even if ^C ended the run early
 * @throws UsageError if the cluster is not suitable for a run
 */
export async function runConformance(
  options: ConformanceOptions,
): Promise<{ unsealed: UnsealedResults; record: RunRecord }> {
  const { acquired, signal } = options;
  const startedAt = performance.now();
  const plan = planOf(options);
  assertNamedRun(plan, options.named);
  const planned = plan.filter(({ skipped }) => skipped === undefined).map(({ suite }) => withTraffic(suite));
  const prepared = await prepare({
    ...options,
    cluster: acquired.cluster,
    topologies: topologiesOf(planned),
    meshWide: planned.some(({ meshWide }) => meshWide),
    kinds: new Set(planned.flatMap(kindsOf)),
    strangers: planned.some(needsStrangers),
  });
  const { release } = prepared.run.istio.mesh;
  assertOnRelease(planned, release);
  const runnable = planned.map((suite) => onRelease(suite, release));
  assertAsks(runnable);
  const run: PreparedRun = { ...prepared.run, asks: asksIn(runnable) };
  assertObjects(run, runnable);
  const kept: Collected = { results: emptyResults(run, plan, options), records: [] };
  const { results } = kept;
  let setting = settingOf({ ...run, made: [] });
  let failure: unknown;
  try {
    const started = await populate({ run, learned: prepared.learned }, options);
    setting = settingOf(started.run);
    addPhase(results, 'set-up', performance.now() - startedAt);
    const counted = await options.runSuites(runnable, performerOf(started, runnable, kept, options));
    if (!signal.aborted) assertAgreement(counted, results, runnable);
  } catch (error) {
    if (!signal.aborted) failure = error;
  }
  results.runErrors.push(...(await tearDown(run, options)));
  results.run.interrupted = signal.reason instanceof InterruptedError;
  if (signal.aborted && !results.run.interrupted) {
    results.runErrors.unshift(`the harness failed: ${messageOf(signal.reason)}`);
  }
  if (failure instanceof UsageError) throw new UsageError([failure.message, ...results.runErrors].join(' '));
  if (failure !== undefined && !(failure instanceof InconclusiveError)) throw failure;
  if (failure !== undefined) results.runErrors.unshift(failure.message);
  return { unsealed: results, record: runRecordOf(run, setting, kept.records) };
}

/** What steps leave behind for the report. */
interface Collected {
  results: UnsealedResults;
  records: StepRecord[];
}

/** Returns what performs the suites' steps on a run. Each begins with what those before it have learned. */
function performerOf(
  { run, learned: atFirst }: Started,
  suites: readonly Suite[],
  { results, records }: Collected,
  options: ConformanceOptions,
): Perform {
  let learned = atFirst;
  return async (suite, step) => {
    if (isLeftOut(results, suite)) return undefined;
    const begunAt = performance.now();
    const scenario = step.kind === 'ask' ? scenarioOf(suite, step) : step;
    const performed = await performStep(run, learned, scenario);
    const { result } = performed;
    learned = performed.learned;
    records.push(recordedStep(suite.name, performed));
    const endedAt = performance.now();
    addPhase(results, suite.name === 'cleanup' ? 'teardown' : 'suites', endedAt - begunAt);
    const after = await afterStep(run, learned, { suite, step: scenario, result }, options.onFailure);
    addStep(results, { suite, step, result: after.result }, { ...options, suites });
    if (after.result !== result) addPhase(results, 'diagnosis', performance.now() - endedAt);
    if (after.error !== undefined) results.runErrors.push(after.error);
    return after.result;
  };
}

/** Returns the number of steps that ask each pair, by its id. */
function asksIn(suites: readonly Suite[]): Map<string, number> {
  const asked = suites.flatMap(scenariosOf).flatMap(({ traffic }) => traffic);
  return new Map([...Map.groupBy(asked, idOf)].map(([id, traffic]) => [id, traffic.length]));
}

/** Returns the suites and, for each one that does not run on the cluster, the reason. */
export function planOf({
  suites,
  acquired,
  meshWide,
  keep,
}: Pick<ConformanceOptions, 'suites' | 'acquired' | 'meshWide' | 'keep'>): { suite: Suite; skipped?: string }[] {
  return suites.map((suite) => {
    if (suite.meshWide && !meshWide && !acquired.cluster.owned) {
      return {
        suite,
        skipped:
          'it changes the mesh for everybody on a cluster that this project did not make: allow it with --mesh-wide',
      };
    }
    if (suite.name === 'cleanup' && keep) return { suite, skipped: '--keep leaves everything in place' };
    return { suite };
  });
}

/** @throws UsageError if a suite that the user named would be skipped, since the run would not do what was requested */
function assertNamedRun(plan: ReturnType<typeof planOf>, named: readonly string[]): void {
  for (const { suite, skipped } of plan) {
    if (skipped !== undefined && named.includes(suite.name))
      throw new UsageError(`The suite ${suite.name} cannot run: ${skipped}.`);
  }
}

/** @throws UsageError if the release cannot run a suite's topology; called before anything is created */
export function assertOnRelease(suites: readonly Pick<Suite, 'name' | 'since'>[], release: Release): void {
  for (const { name, since } of suites) {
    if (since === undefined || atLeast(release, since)) continue;
    throw new UsageError(
      `The suite ${name} cannot run on Istio ${formatRelease(release)}: it needs ${since} or newer. Leave it out of --suite.`,
    );
  }
}

/** @throws UsageError if a step's objects are not available; called before anything is created */
function assertObjects({ istio, namespaces, kube }: PreparedRun, suites: readonly Suite[]): void {
  for (const { name, steps } of suites) {
    for (const step of steps) {
      try {
        if (step.kind === 'ask') stepObjects(step.objects, istio.policyApi, namespaces, kube.served);
      } catch (error) {
        throw new UsageError(`The step "${step.title}" of suite ${name} cannot be applied. ${messageOf(error)}`);
      }
    }
  }
}

function emptyResults(
  run: PreparedRun,
  plan: ReturnType<typeof planOf>,
  { acquired, named, cell }: ConformanceOptions,
): UnsealedResults {
  const { version, policyApi, mesh } = run.istio;
  return {
    schema: 'automtls.dev/results/v3',
    automtls: { version: VERSION },
    run: {
      id: run.id,
      startedAt: new Date().toISOString(),
      namespaces: run.namespaces,
      ...(named.length > 0 && { chosen: [...named] }),
      ...(cell !== undefined && { cell }),
      seed: run.seed,
      sensitivity: run.sensitivity,
      limits: { ...run.limits },
      interrupted: false,
    },
    cluster: { provider: run.cluster.provider, name: run.cluster.name, kubernetes: run.kube.version },
    istio: { version, release: formatRelease(mesh.release), policyApi, notes: acquired.notes },
    phases: [],
    runErrors: [],
    suites: plan.map(
      ({ suite: { name, title }, skipped }): SuiteResult => ({
        name,
        title,
        ...(skipped !== undefined && { skipped }),
        steps: [],
      }),
    ),
  };
}

function addPhase({ phases }: UnsealedResults, name: string, ms: number): void {
  const phase = phases.find((known) => known.name === name);
  if (phase === undefined) phases.push({ name, ms });
  else phase.ms += ms;
}

/**
 * Makes sure that every step ran and that Jest's counts agree with the results: a step that never ran is no pass.
 * @throws InconclusiveError if they do not
 */
export function assertAgreement(
  counted: JestCount,
  results: Pick<UnsealedResults, 'suites'>,
  suites: readonly Suite[],
): void {
  const notRun = suites.filter(({ name, steps: planned }) => {
    const { skipped, steps = [], notRun = [] } = results.suites.find((suite) => suite.name === name) ?? {};
    return skipped === undefined && steps.length + notRun.length !== planned.length;
  });
  if (notRun.length > 0) {
    const names = notRun.map(({ name }) => name).join(', ');
    const why = counted.firstError === undefined ? '' : ` Its first error: ${counted.firstError}`;
    throw new InconclusiveError(`Jest did not run every step of ${names}: what is missing is unknown.${why}`);
  }
  const { passed, failed, inconclusive } = countOf(results);
  if (counted.passed === passed && counted.failed === failed + inconclusive) return;
  throw new InconclusiveError(
    `Jest counted ${counted.passed} passed and ${counted.failed} failed, the results ${passed} and ${failed + inconclusive}: neither can be trusted.`,
  );
}
