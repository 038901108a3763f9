import type { Run } from '../../mesh/index.ts';
import type { Acquired } from '../../platform/clusters/index.ts';
import { InconclusiveError } from '../../platform/errors.ts';
import type { OnProgress } from '../../platform/progress.ts';
import { waitFor } from '../../platform/wait.ts';
import { endRun, type Prepared, populate, prepare } from '../../run/index.ts';
import type { Topology } from '../../scenario/index.ts';
import { failureWords, refresher } from './refresh.ts';

export interface Bench {
  acquired: Acquired;
  signal: AbortSignal;
  onProgress: OnProgress;
}

/** Prepares a run of the benchmark. */
export function prepared({ acquired, signal, onProgress }: Bench, topologies: Topology[]): Promise<Prepared> {
  return prepare({ cluster: acquired.cluster, topologies, meshWide: false, keep: false, signal, onProgress });
}

/**
 * Creates topologies, does some work when every pair answers, and deletes them again.
 * @param work gets the run, and the result of refresher
 * @throws InconclusiveError if the pods do not become ready, or a pair does not answer
 */
export async function whileAnswering<T>(
  bench: Bench,
  topologies: Topology[],
  work: (run: Run, refresh: () => Promise<string[]>) => Promise<T>,
): Promise<T> {
  const begun = await prepared(bench, topologies);
  try {
    const { run, learned } = await populate(begun, { keep: false });
    if (learned.blocked !== undefined) throw new InconclusiveError(learned.blocked);
    // A pod can be READY a moment before every node and sidecar knows its address.
    const wait = { what: 'every pair to answer, without which there is nothing to measure: run npm test' };
    const refresh = refresher(run);
    let failures: string[] = [];
    const look = async (): Promise<boolean> => {
      failures = await refresh();
      return failures.length === 0;
    };
    const { arrivalMs: limitMs } = run.limits;
    await waitFor(look, { ...wait, limitMs, signal: bench.signal, seen: () => failureWords(failures) });
    return await work(run, refresh);
  } finally {
    await endRun(begun.run);
  }
}

/** Returns the duration of some work, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begunAt = performance.now();
  await work();
  return performance.now() - begunAt;
}

export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
