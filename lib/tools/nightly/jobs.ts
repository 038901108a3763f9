import type { NightlyJob } from './types.ts';

// p-map does not fit: it rejects as soon as it is aborted, but running jobs must remove their clusters first.

/**
 * Runs every job of a night in order, a number of them at once. Once the signal aborts, no more jobs start.
 * @param run runs one job and returns the reason why it has no results, for the case that it has none
 * @returns these reasons, by release
 */
export async function runJobs(
  jobs: NightlyJob[],
  { atOnce, signal, run }: { atOnce: number; signal: AbortSignal; run: (job: NightlyJob) => Promise<string> },
): Promise<Map<string, string>> {
  const reasons = new Map(jobs.map(({ istio }) => [istio, 'it was not started because the night was interrupted']));
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

/** Returns how many jobs a machine can run at once: each has a cluster, which needs two processors. */
export function jobsAtOnce(processors: number): number {
  return Math.max(1, Math.floor(processors / 2));
}
