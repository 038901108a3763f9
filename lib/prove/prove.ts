import type { Acquired, OnProgress } from '../cluster/types.ts';
import { InconclusiveError, messageOf, UsageError } from '../errors.ts';
import type { Limits } from '../limits.ts';
import { VERSION } from '../machine.ts';
import { pairWords } from '../results/place.ts';
import type { Run } from '../run/run.ts';
import { type Scenario, scenarioOf } from '../run/scenario.ts';
import { endRun, populate, prepare, type StartOptions } from '../run/start.ts';
import type { AskStep, CheckStep, Suite } from '../run/suite.ts';
import { topology } from '../run/topology.ts';
import { keyOf } from '../run/traffic.ts';
import { waitFor } from '../wait.ts';
import { attempt, beginAgain, findingsOf, type Stage } from './attempt.ts';
import { judgeSaboteur, summaryOf } from './judge.ts';
import type { Saboteur } from './saboteur.ts';
import type { Finding, Proof, Tried } from './types.ts';

export interface ProveOptions {
  acquired: Acquired;
  saboteurs: readonly Saboteur[];
  /** All suites: saboteurs name their steps. */
  suites: readonly Suite[];
  istio: string | undefined;
  signal: AbortSignal;
  onProgress: OnProgress;
  /** Called after each saboteur. */
  onTried(tried: Tried): void;
}

/** The topology of all saboteurs. */
const TOPOLOGY = 'auto-mtls';

/** Shorter than in other runs, because many saboteurs prevent that a step arrives or that answers come. */
const LIMITS: Partial<Limits> = { arrivalMs: 6_000, sampleMs: 9_000, readyMs: 60_000 };

/** From mending until the mesh is as sound as before, in milliseconds: more than the 45 s in which Istio drains connections. */
const MENDED_MS = 60_000;

/**
 * Lets each saboteur break the mesh once, and compares what a run then says with what the saboteur says it must. Before
 * the first one and after each, the whole set-up of a run must pass; otherwise nothing more is tried.
 * @param options.acquired a native cluster: saboteurs stop processes of its pods on this machine
 * @throws UsageError if the cluster is unsuitable, or a saboteur's step does not exist
 * @throws InconclusiveError if the workloads do not become ready, or the mesh is not sound from the beginning
 */
export async function prove(options: ProveOptions): Promise<Proof> {
  const { acquired, saboteurs, suites, signal, onProgress } = options;
  const { cluster } = acquired;
  const scenarios = new Map(saboteurs.map((one) => [one, scenarioFor(one, suites)]));
  const start: StartOptions = {
    ...{ cluster, topologies: [topology(TOPOLOGY)], istio: options.istio, meshWide: true, keep: false },
    ...{ limits: LIMITS, signal, onProgress: () => {} },
  };
  const startedAt = new Date().toISOString();
  const begunAt = performance.now();
  const run = await prepare({ ...start, onProgress });
  try {
    await populate(run, { keep: false });
    if (run.blocked !== undefined) throw new InconclusiveError(run.blocked);
    run.onProgress = () => {};
    const setUp = suites.find(({ name }) => name === 'setup')?.steps ?? [];
    const checks = setUp.filter((step): step is CheckStep => step.kind === 'check');
    const control = [
      ...checks,
      ...setUp.flatMap((step) => (step.kind === 'ask' ? [scenarioOf({ topology: TOPOLOGY }, step)] : [])),
    ];
    await awaitSound(run, control, 'The mesh is not sound, though nothing has broken it yet');
    const tried: Tried[] = [];
    let error: string | undefined;
    for (const saboteur of saboteurs) {
      onProgress({ phase: 'prove', done: tried.length, total: saboteurs.length, detail: saboteur.name });
      try {
        const one = await tryOne({ run, start, checks }, saboteur, scenarios.get(saboteur) as Scenario, control);
        tried.push(one);
        options.onTried(one);
      } catch (thrown) {
        signal.throwIfAborted();
        error = `saboteur ${saboteur.name}: ${messageOf(thrown)}`;
        break;
      }
    }
    return {
      schema: 'automtls.dev/prove/v1',
      automtls: { version: VERSION },
      ...{ startedAt, ms: performance.now() - begunAt },
      cluster: { provider: cluster.provider, name: cluster.name, kubernetes: run.kube.version },
      istio: { version: run.istio.version, notes: acquired.notes },
      saboteurs: tried,
      summary: summaryOf(tried, error),
      ...(error !== undefined && { error }),
    };
  } finally {
    await endRun(run);
  }
}

async function tryOne(
  stage: Stage,
  saboteur: Saboteur,
  scenario: Scenario,
  control: (Scenario | CheckStep)[],
): Promise<Tried> {
  const { run } = stage;
  const { sensitivity, limits } = run;
  run.sensitivity = saboteur.sensitivity ?? sensitivity;
  run.limits = { ...limits, ...saboteur.limits };
  const { findings, ms, unmended } = await attempt(stage, saboteur, scenario).finally(() => {
    Object.assign(run, { sensitivity, limits });
  });
  if (unmended.length > 0) throw new InconclusiveError(`it was not mended: ${unmended.join('; ')}`);
  const mendedAt = performance.now();
  await awaitSound(run, control, 'the mesh is not sound after it was mended');
  const { name, title, suite, step, when, turns } = saboteur;
  return {
    ...{ name, title, aim: `${suite} › ${step}`, when },
    ...judgeSaboteur(saboteur, findings),
    turns: turns.map(({ of, to, why, orGreen }) => ({
      of: [...of],
      to: orGreen ? `${to} or green` : to,
      why: why.source,
    })),
    turned: findings.filter(({ verdict }) => verdict !== 'pass'),
    ms: { ...ms, mend: ms.mend + performance.now() - mendedAt },
  };
}

/**
 * Waits until the whole set-up of a run passes. What was mended takes a moment to arrive, so it may need to be asked
 * more than once; this is no verdict on anything but the mending.
 * @throws InconclusiveError if it does not pass in time
 */
async function awaitSound(run: Run, control: (Scenario | CheckStep)[], what: string): Promise<void> {
  let wrong: Finding[] = [];
  const look = async (): Promise<boolean> => {
    await beginAgain(run);
    wrong = (await findingsOf(run, control)).filter(({ verdict }) => verdict !== 'pass');
    return wrong.length === 0;
  };
  await waitFor(look, { what: 'a sound mesh', limitMs: MENDED_MS, signal: run.signal }).catch((error: unknown) => {
    if (!(error instanceof InconclusiveError) || wrong.length === 0) throw error;
    throw new InconclusiveError(`${what}: ${wrong.map(({ of, why }) => `${of}: ${why}`).join('; ')}`);
  });
}

/** @throws UsageError if the suite has no such step, or the step does not ask one of the pairs */
function scenarioFor({ name, suite, step, pairs }: Saboteur, suites: readonly Suite[]): Scenario {
  const aim = suites
    .filter((one) => one.name === suite && one.topology === TOPOLOGY)
    .flatMap(({ steps }) => steps)
    .find((one): one is AskStep => one.kind === 'ask' && one.title === step);
  if (aim === undefined) throw new UsageError(`Saboteur ${name} is aimed at ${suite} › ${step}, which does not exist.`);
  const scenario = scenarioOf({ topology: TOPOLOGY }, aim);
  if (pairs === undefined) return scenario;
  const traffic = scenario.traffic.filter((one) => pairs.includes(pairWords(keyOf(one))));
  if (traffic.length === pairs.length) return { ...scenario, traffic };
  throw new UsageError(`Saboteur ${name} asks ${pairs.join(', ')}, but ${suite} › ${step} does not have all of them.`);
}
