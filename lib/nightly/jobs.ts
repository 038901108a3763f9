import type { NightlyJob } from './types.ts';

/**
 * Runs every job of a night, so many at once, in their order. Once the signal aborts none is begun any more.
 * @param run performs one, and returns why it brings no results, should it have brought none
 * @returns that reason for each job, by the release
 */
export async function runJobs(
  jobs: NightlyJob[],
  { atOnce, signal, run }: { atOnce: number; signal: AbortSignal; run: (job: NightlyJob) => Promise<string> },
): Promise<Map<string, string>> {
  const reasons = new Map(jobs.map(({ istio }) => [istio, 'it was not started, since the night was interrupted']));
  const waiting = [...jobs];
  const worker = async (): Promise<void> => {
    while (!signal.aborted) {
      const job = waiting.shift();
      if (job === undefined) return;
      reasons.set(job.istio, await run(job));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return reasons;
}

/** Returns how many jobs a machine runs at once: each has a whole cluster, which keeps two processors busy. */
export function jobsAtOnce(processors: number): number {
  return Math.max(1, Math.floor(processors / 2));
}
