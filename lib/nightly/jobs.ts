import type { Leg } from './types.ts';

/**
 * Runs every job of a night, so many at once, in their order. Once the signal aborts none is begun any more.
 * @param run performs one, and returns why it brings no results, should it have brought none
 * @returns that reason for each job, by the release
 */
export async function runJobs(
  legs: Leg[],
  { atOnce, signal, run }: { atOnce: number; signal: AbortSignal; run: (leg: Leg) => Promise<string> },
): Promise<Map<string, string>> {
  const reasons = new Map(legs.map(({ istio }) => [istio, 'it was not begun, since the night was interrupted']));
  const waiting = [...legs];
  const worker = async (): Promise<void> => {
    while (!signal.aborted) {
      const leg = waiting.shift();
      if (leg === undefined) return;
      reasons.set(leg.istio, await run(leg));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return reasons;
}

/** Returns how many jobs a machine runs at once: each has a whole cluster, which keeps two processors busy. */
export function jobsAtOnce(processors: number): number {
  return Math.max(1, Math.floor(processors / 2));
}
