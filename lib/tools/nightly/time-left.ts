/** The progress of a night; times in milliseconds. */
export interface NightProgress {
  /** Durations of the jobs that have ended. */
  took: number[];
  /** For how long each running job has been running. */
  running: number[];
  /** How many have not started. */
  waiting: number;
  atOnce: number;
}

/**
 * Estimates how long the rest of a night takes, from the average duration of the jobs so far.
 * @returns undefined before the first has ended, because durations depend on the machine and on what is already built
 */
export function timeLeft({ took, running, waiting, atOnce }: NightProgress): number | undefined {
  if (took.length === 0) return undefined;
  const usual = sum(took) / took.length;
  const rests = running.map((ms) => Math.max(0, usual - ms));
  // However many run at once, each running job needs its own remaining time.
  return Math.max(...rests, (sum(rests) + waiting * usual) / atOnce);
}

/** Returns the remaining time as text, without seconds because it is an estimate. */
export function leftWords(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  return minutes > 1 ? `about ${minutes} min left` : 'less than a minute left';
}

function sum(all: number[]): number {
  return all.reduce((total, one) => total + one, 0);
}
