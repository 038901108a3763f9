import { loadavg } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Learned, Run } from '../../mesh/index.ts';
import { logicalNames } from '../../model/index.ts';
import type { Acquired } from '../../platform/clusters/index.ts';
import { InconclusiveError } from '../../platform/errors.ts';
import type { OnProgress } from '../../platform/progress.ts';
import type { ProbeClient } from '../../probe/index.ts';
import { pairWords } from '../../results/index.ts';
import { askStep, endRun, populate, prepare } from '../../run/index.ts';
import { topology } from '../../scenario/index.ts';
import { objectsOf } from './settings.ts';
import type { Arrival, Propagation, Setting } from './types.ts';

export interface PropagationOptions {
  acquired: Acquired;
  /** How many steps to measure. */
  steps: number;
  istio: string | undefined;
  signal: AbortSignal;
  onProgress: OnProgress;
}

/** The task's steps, each of which changes one client's answers: those of the one without a sidecar, or of the other. */
const modes: Setting['mode'][] = ['STRICT', 'none', 'DISABLE', 'none'];

/** Ten answers of each pair show that a step has settled; what is measured comes before them. */
const SENSITIVITY = { share: 0.4, chance: 0.01 };

/**
 * Applies the task's policies one after the other, and measures how long each client takes to see each of them.
 * @throws UsageError if the cluster is unsuitable, or refuses an object
 * @throws InconclusiveError if the workloads do not become ready, or a step cannot be applied
 */
export async function measurePropagation(options: PropagationOptions): Promise<Propagation> {
  const { acquired, steps, istio, signal, onProgress } = options;
  const { cluster } = acquired;
  const startedAt = new Date().toISOString();
  const start = { cluster, topologies: [topology('auto-mtls')], istio, meshWide: false, keep: false };
  const prepared = await prepare({ ...start, sensitivity: SENSITIVITY, signal, onProgress });
  try {
    const started = await populate(prepared, { keep: false });
    let { learned } = started;
    if (learned.blocked !== undefined) throw new InconclusiveError(learned.blocked);
    const { batches, probeClients } = timedBatches(started.run);
    const run: Run = { ...started.run, probeClients, onProgress: () => {} };
    const arrivals: Arrival[] = [];
    const problems: Propagation['problems'] = [];
    for (let step = 0; step < steps; step += 1) {
      onProgress({ phase: 'propagation', done: step, total: steps });
      const one = await arrivalsOf(run, learned, step, batches);
      ({ learned } = one);
      arrivals.push(...one.arrivals);
      problems.push(...one.problems);
    }
    return {
      startedAt,
      steps,
      arrivals,
      problems,
      cluster: { provider: cluster.provider, name: cluster.name, kubernetes: run.kube.version },
      istio: run.istio.version,
    };
  } finally {
    await endRun(prepared.run);
  }
}

/** A script that ran in a client's shell, in milliseconds since the epoch. */
interface ScriptRun {
  sentAt: number;
  endedAt: number;
}

/** Returns the run's clients such that they note the time of each script, and the notes. */
function timedBatches({ probeClients }: Run): { batches: ScriptRun[]; probeClients: Run['probeClients'] } {
  const batches: ScriptRun[] = [];
  const timed = (client: ProbeClient): ProbeClient => ({
    run: async (script, timeoutMs) => {
      const sentAt = now();
      return client.run(script, timeoutMs).finally(() => batches.push({ sentAt, endedAt: now() }));
    },
  });
  return { batches, probeClients: new Map([...probeClients].map(([name, client]) => [name, timed(client)])) };
}

/**
 * Applies the next step, and returns when each client that it changes saw it, what was not as the model says, and what was
 * learned for the step after it.
 */
async function arrivalsOf(
  run: Run,
  known: Learned,
  step: number,
  batches: ScriptRun[],
): Promise<Pick<Propagation, 'arrivals' | 'problems'> & { learned: Learned }> {
  const before = modes.at((step - 1) % modes.length) as Setting['mode'];
  const mode = modes[step % modes.length] as Setting['mode'];
  const { traffic } = topology('auto-mtls');
  const title = `${before} → ${mode}`;
  batches.length = 0;
  const stalls = monitorEventLoopDelay({ resolution: 10 });
  stalls.enable();
  const begunAt = now();
  const {
    result: { cells, parts = [] },
    learned,
  } = await askStep(run, known, {
    kind: 'ask',
    title,
    traffic,
    objects: objectsOf({ mode, rule: 'none' }),
  });
  stalls.disable();
  const partMs = (name: string): number => parts.find((part) => part.name === name)?.ms ?? 0;
  const appliedAt = begunAt + partMs('before');
  const changed = cells.filter(({ changes }) => changes);
  return {
    learned,
    arrivals: changed.flatMap(({ client, firstRightMs, lastWrongMs }) => {
      if (firstRightMs === undefined) return [];
      const until = appliedAt + Math.max(firstRightMs, lastWrongMs ?? 0);
      const meanwhile = batches.filter(({ sentAt, endedAt }) => endedAt > appliedAt && sentAt < until);
      return {
        step: step + 1,
        before,
        mode,
        client,
        firstRightMs,
        ...(lastWrongMs !== undefined && { lastWrongMs }),
        applyMs: partMs('apply'),
        batchMs: Math.max(0, ...meanwhile.map(({ sentAt, endedAt }) => endedAt - sentAt)),
        stallMs: stalls.max / 1e6,
        load: loadavg()[0] as number,
      };
    }),
    problems: cells.flatMap((cell) => {
      if (cell.verdict === 'pass') return [];
      const why = `step ${step + 1}, ${title}: ${pairWords(cell)}: ${logicalNames(cell.why, run.namespaces)}`;
      return [{ verdict: cell.verdict, why }];
    }),
  };
}

function now(): number {
  return performance.timeOrigin + performance.now();
}
