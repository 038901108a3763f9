import { type Bench, median, timed, whileAnswering } from './answering.ts';
import { grown } from './grown.ts';
import { assertAnswers } from './refresh.ts';

/** The cost of asking a topology of a given size. */
export interface Size {
  pairs: number;
  pods: number;
  /** Milliseconds until all pods were READY and every pair answered. */
  setUpMs: number;
  /** Milliseconds to ask every pair once, as the median of several times. */
  refreshMs: number;
  /** The resident memory of this process, in bytes. */
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
 * @throws InconclusiveError if a topology's pods do not become ready, or a pair stops answering
 */
export async function sizes(options: Bench): Promise<Size[]> {
  const found: Size[] = [];
  for (const [clients, servers] of clientsAndServers) found.push(await sizeOf(clients, servers, options));
  return found;
}

function sizeOf(clients: number, servers: number, options: Bench): Promise<Size> {
  const begunAt = performance.now();
  const topology = grown(clients, servers);
  const pairs = topology.traffic.length;
  return whileAnswering(options, [topology], async (_, refresh) => {
    const setUpMs = performance.now() - begunAt;
    const times: number[] = [];
    for (let at = 0; at < REFRESHES; at += 1) {
      options.onProgress({ phase: `${pairs} pairs`, done: at, total: REFRESHES });
      const when = `round ${at + 1} of ${REFRESHES} with ${pairs} pairs`;
      times.push(await timed(() => assertAnswers(refresh, when)));
    }
    return { pairs, pods: clients + servers, setUpMs, refreshMs: median(times), memory: process.memoryUsage().rss };
  });
}
