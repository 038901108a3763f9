import type { Run } from '../../mesh/index.ts';
import type { Acquired } from '../../platform/clusters/index.ts';
import { InconclusiveError, messageOf, UsageError } from '../../platform/errors.ts';
import type { Limits } from '../../platform/limits.ts';
import { VERSION } from '../../platform/machine.ts';
import type { OnProgress } from '../../platform/progress.ts';
import { waitFor } from '../../platform/wait.ts';

import { endRun, populate, prepare, type Started, type StartOptions } from '../../run/index.ts';
import {
  type AskStep,
  type CheckName,
  type CheckStep,
  namedTraffic,
  needsStrangers,
  type Scenario,
  type Suite,
  scenarioOf,
  topology,
  topologyOfSuite,
} from '../../scenario/index.ts';
import type { RunRecord } from '../../verdict/index.ts';
import { attempt, beginAgain, type ProofStage, verdictsOf } from './attempt.ts';
import { judgeSaboteur, summaryOf, turnsTold } from './judge.ts';
import type { Saboteur } from './saboteur.ts';
import type { HarnessVerdict, Proof, TriedSaboteur } from './types.ts';

export interface ProveOptions {
  acquired: Acquired;
  saboteurs: readonly Saboteur[];
  /** All suites: saboteurs name their steps. */
  suites: readonly Suite[];
  istio: string | undefined;
  signal: AbortSignal;
  onProgress: OnProgress;
  /** Called after each saboteur, with what the verdicts followed from; absent if the run did not start. */
  onTried(tried: TriedSaboteur, record: RunRecord | undefined): void;
}

/** Shorter than in other runs, because many saboteurs prevent that a step arrives or that answers come. */
const LIMITS: Partial<Limits> = { arrivalMs: 6_000, sampleMs: 9_000, readyMs: 60_000 };

/** From mending until the mesh is as sound as before, in milliseconds: more than the 45 s in which Istio drains connections. */
const MENDED_MS = 60_000;

/** Where a saboteur acts: the steps that are performed on the broken mesh, and the topology whose workloads they ask. */
interface Aimed {
  saboteur: Saboteur;
  topology: string;
  steps: (Scenario | CheckStep)[];
}

/**
 * Lets each saboteur break the mesh once, and compares what a run then says with what the saboteur says it must. Before
 * the first one and after each, the whole set-up of a run must pass; otherwise nothing more is tried. Saboteurs of the same
 * topology share a run.
 * @param options.acquired a native cluster: saboteurs stop processes of its pods on this machine
 * @throws UsageError if the cluster is unsuitable, or a saboteur's step does not exist
 * @throws InconclusiveError if the workloads do not become ready, or the mesh is not sound from the beginning
 */
export async function prove(options: ProveOptions): Promise<Proof> {
  const { acquired, saboteurs, suites, signal } = options;
  const { cluster } = acquired;
  const aimed = saboteurs.map((one) => aim(one, suites));
  const startedAt = new Date().toISOString();
  const begunAt = performance.now();
  const tried: TriedSaboteur[] = [];
  let versions = { kubernetes: '', istio: '' };
  let error: string | undefined;
  for (const [topologyName, own] of Map.groupBy(aimed, (one) => one.topology)) {
    try {
      const stage = await stageFor(topologyName, options);
      versions = { kubernetes: stage.run.kube.version, istio: stage.run.istio.version };
      error = await tryAll(stage, own, options, tried).finally(() => endRun(stage.run));
    } catch (thrown) {
      signal.throwIfAborted();
      // What was tried on another topology holds all the same.
      if (tried.length === 0) throw thrown;
      error = `topology ${topologyName}: ${messageOf(thrown)}`;
    }
    if (error !== undefined) break;
  }
  return {
    schema: 'automtls.dev/prove/v2',
    automtls: { version: VERSION },
    startedAt,
    ms: performance.now() - begunAt,
    cluster: { provider: cluster.provider, name: cluster.name, kubernetes: versions.kubernetes },
    istio: { version: versions.istio, notes: acquired.notes },
    saboteurs: tried,
    summary: summaryOf(tried, error),
    ...(error !== undefined && { error }),
  };
}

/** Tries saboteurs on a stage, and adds each to those that were tried. Returns why not all were; undefined if they were. */
async function tryAll(
  stage: SoundStage,
  aimed: Aimed[],
  { saboteurs, signal, onProgress, onTried }: ProveOptions,
  tried: TriedSaboteur[],
): Promise<string | undefined> {
  let sound = stage;
  for (const { saboteur, steps } of aimed) {
    onProgress({ phase: 'prove', done: tried.length, total: saboteurs.length, detail: saboteur.name });
    try {
      const one = await tryOne(sound, saboteur, steps);
      sound = one.stage;
      tried.push(one.tried);
      onTried(one.tried, one.record);
    } catch (thrown) {
      signal.throwIfAborted();
      return `saboteur ${saboteur.name}: ${messageOf(thrown)}`;
    }
  }
  return undefined;
}

/** A stage, and what must pass on it before a saboteur acts. */
type SoundStage = ProofStage & { control: (Scenario | CheckStep)[] };

/**
 * Starts a run with a topology, on which nothing is broken.
 * @throws UsageError if the cluster is unsuitable
 * @throws InconclusiveError if the workloads do not become ready, or the mesh is not sound
 */
async function stageFor(name: string, options: ProveOptions): Promise<SoundStage> {
  const { acquired, suites, signal, onProgress } = options;
  const start: StartOptions = {
    cluster: acquired.cluster,
    topologies: [topology(name)],
    istio: options.istio,
    meshWide: true,
    keep: false,

    strangers: suites.some((one) => topologyOfSuite(one).name === name && needsStrangers(one)),
    limits: LIMITS,
    signal,
    onProgress: () => {},
  };
  const prepared = await prepare({ ...start, onProgress });
  try {
    const { run, learned } = await populate(prepared, { keep: false });
    if (learned.blocked !== undefined) throw new InconclusiveError(learned.blocked);
    const setUp = suites.find((one) => one.name === 'setup')?.steps ?? [];
    const checks = setUp.filter((step): step is CheckStep => step.kind === 'check');
    const asks = setUp.filter((step): step is AskStep => step.kind === 'ask');
    // What asks comes first: it removes what the saboteur's step has applied, under which pods may not be READY.
    const control = [...asks.map((step) => scenarioOf({ topology: name }, step)), ...checks];
    const why = 'The mesh is not sound, though nothing has broken it yet';
    const sound = await awaitSound({ ...run, onProgress: () => {} }, control, why);
    return { ...sound, start, checks, control };
  } catch (error) {
    await endRun(prepared.run);
    throw error;
  }
}

/** Lets a saboteur act on a stage. Returns what came of it, and the stage once it is sound again. */
async function tryOne(
  stage: SoundStage,
  saboteur: Saboteur,
  steps: Aimed['steps'],
): Promise<{ tried: TriedSaboteur; record: RunRecord | undefined; stage: SoundStage }> {
  const { run, control } = stage;
  const broken: Run = {
    ...run,
    sensitivity: saboteur.sensitivity ?? run.sensitivity,
    limits: { ...run.limits, ...saboteur.limits },
  };
  const { verdicts, record, ms, unmended } = await attempt({ ...stage, run: broken }, saboteur, steps);
  if (unmended.length > 0) throw new InconclusiveError(`it was not mended: ${unmended.join('; ')}`);
  const mendedAt = performance.now();
  const sound = await awaitSound(run, control, 'the mesh is not sound after it was mended');
  const { name, title, suite, step, when, turns } = saboteur;
  const tried: TriedSaboteur = {
    name,
    title,
    aim: `${suite} › ${step}`,
    when,
    ...judgeSaboteur(saboteur, verdicts),
    turns: turnsTold(turns),
    turned: verdicts.filter(({ verdict }) => verdict !== 'pass'),
    ms: { ...ms, mend: ms.mend + performance.now() - mendedAt },
  };
  return { tried, record: record && recordedFor(record, name), stage: { ...stage, ...sound } };
}

/** Returns the record of a broken mesh, with the saboteur's name in the place of the suites'. */
function recordedFor(record: RunRecord, saboteur: string): RunRecord {
  return { ...record, steps: record.steps.map((step) => ({ ...step, suite: saboteur })) };
}

/**
 * Waits until the whole set-up of a run passes. What was mended takes a moment to arrive, so it may need to be asked
 * more than once; this is no verdict on anything but the mending.
 * @returns the run as it began last, with what was learned since
 * @throws InconclusiveError if it does not pass in time
 */
async function awaitSound(run: Run, control: (Scenario | CheckStep)[], what: string): Promise<Started> {
  let wrong: HarnessVerdict[] = [];
  const look = async (): Promise<Started | undefined> => {
    const begun = await beginAgain(run);
    const { verdicts, learned } = await verdictsOf(begun, control);
    wrong = verdicts.filter(({ verdict }) => verdict !== 'pass');
    return wrong.length === 0 ? { run: begun.run, learned } : undefined;
  };
  return waitFor(look, { what: 'a sound mesh', limitMs: MENDED_MS, signal: run.signal }).catch((error: unknown) => {
    if (!(error instanceof InconclusiveError) || wrong.length === 0) throw error;
    throw new InconclusiveError(`${what}: ${wrong.map(({ of, why }) => `${of}: ${why}`).join('; ')}`);
  });
}

/** Checks that most breaks of a mesh would turn besides what they are about: they are performed only where they must turn. */
const besides: ReadonlySet<CheckName> = new Set(['strangers', 'impostors']);

/**
 * Returns where a saboteur acts: the step that it names, and the checks right after it.
 * @throws UsageError if the suite has no such step, or the step does not ask one of the pairs
 */
function aim(saboteur: Saboteur, suites: readonly Suite[]): Aimed {
  const { name, pairs } = saboteur;
  const suite = suites.find((one) => one.name === saboteur.suite);
  const { steps = [] } = suite ?? {};
  const topologyName = suite === undefined ? '' : topologyOfSuite(suite).name;
  const at = steps.findIndex((one) => one.kind === 'ask' && one.title === saboteur.step);
  const what = `${saboteur.suite} › ${saboteur.step}`;
  const [step, ...later] = steps.slice(at);
  if (at === -1 || step?.kind !== 'ask') {
    throw new UsageError(`Saboteur ${name} is aimed at ${what}, which does not exist.`);
  }
  const nextAsk = later.findIndex(({ kind }) => kind === 'ask');
  const checks = later
    .slice(0, nextAsk === -1 ? undefined : nextAsk)
    .flatMap((one) => (one.kind === 'check' ? [{ ...one, topology: topologyName }] : []))
    .filter(({ check }) => !besides.has(check) || saboteur.turns.some(({ of }) => of.includes(check)));
  const scenario = scenarioOf({ topology: topologyName }, step);
  const traffic = namedTraffic(scenario.traffic)
    .filter(({ name: pair }) => pairs === undefined || pairs.includes(pair))
    .map((asked) => asked.traffic);
  if (pairs !== undefined && traffic.length !== pairs.length) {
    throw new UsageError(`Saboteur ${name} asks ${pairs.join(', ')}, but ${what} does not have all of them.`);
  }
  return { saboteur, topology: topologyName, steps: [{ ...scenario, traffic }, ...checks] };
}
