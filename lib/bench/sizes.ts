import type { Acquired, OnProgress } from '../cluster/types.ts';
import { InconclusiveError } from '../errors.ts';
import { populate, prepare } from '../run/start.ts';
import { awaitGone } from '../run/sweep.ts';
import { waitFor } from '../wait.ts';
import { grown } from './grown.ts';
import { refresh } from './refresh.ts';

/** What asking a topology of some size takes. */
export interface Size {
  pairs: number;
  pods: number;
  /** Milliseconds until all of its pods were READY and every pair answered. */
  setUpMs: number;
  /** Milliseconds to ask every pair once: the median of several times. */
  refreshMs: number;
  /** Bytes of memory that this process has, all in all. */
  memory: number;
}

const clientsAndServers = [
  [2, 3],
  [6, 10],
  [20, 30],
] as const;

const REFRESHES = 15;

/**
 * Measures on one cluster how the cost of asking grows with the topology.
 * @throws InconclusiveError where a topology's pods do not become ready
 */
export async function sizes(options: {
  acquired: Acquired;
  signal: AbortSignal;
  onProgress: OnProgress;
}): Promise<Size[]> {
  const found: Size[] = [];
  for (const [clients, servers] of clientsAndServers) found.push(await sizeOf(clients, servers, options));
  return found;
}

async function sizeOf(
  clients: number,
  servers: number,
  { acquired, signal, onProgress }: Parameters<typeof sizes>[0],
): Promise<Size> {
  const begunAt = performance.now();
  const topology = grown(clients, servers);
  const run = await prepare({
    ...{ cluster: acquired.cluster, topologies: [topology], meshWide: false, keep: false, signal, onProgress },
  });
  try {
    await populate(run, { keep: false });
    if (run.blocked !== undefined) throw new InconclusiveError(run.blocked);
    const wait = { what: 'every pair to answer, without which there is nothing to measure' };
    await waitFor(() => refresh(run), { ...wait, limitMs: run.limits.arrivalMs, signal });
    const setUpMs = performance.now() - begunAt;
    const times: number[] = [];
    for (let at = 0; at < REFRESHES; at += 1) {
      onProgress({ phase: `${topology.traffic.length} pairs`, done: at, total: REFRESHES });
      const askedAt = performance.now();
      if (!(await refresh(run))) throw new InconclusiveError('A pair no longer answers, so its time says nothing.');
      times.push(performance.now() - askedAt);
    }
    const refreshMs = times.sort((a, b) => a - b)[Math.floor(REFRESHES / 2)] as number;
    const { rss: memory } = process.memoryUsage();
    return { pairs: topology.traffic.length, pods: clients + servers, setUpMs, refreshMs, memory };
  } finally {
    await run.cleanup.unwind();
    await awaitGone(run.kube, run.ownNamespaces);
  }
}
