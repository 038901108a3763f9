/** How far a night is; times in milliseconds. */
export interface NightProgress {
  /** How long each job took that has ended. */
  took: number[];
  /** For how long each has run that has not. */
  running: number[];
  /** How many have not started. */
  waiting: number;
  atOnce: number;
}

/**
 * Estimates how long the rest of a night takes, as if each job took what those before took on average.
 * @returns undefined while none has ended, since how long one takes depends on the machine and on what is built already
 */
export function timeLeft({ took, running, waiting, atOnce }: NightProgress): number | undefined {
  if (took.length === 0) return undefined;
  const usual = sum(took) / took.length;
  const rests = running.map((ms) => Math.max(0, usual - ms));
  // However many run at once, none ends before its own rest is over.
  return Math.max(...rests, (sum(rests) + waiting * usual) / atOnce);
}

/** Returns how long something still takes, for a person: an estimate has no seconds. */
export function leftWords(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  return minutes > 1 ? `about ${minutes} min left` : 'less than a minute left';
}

function sum(all: number[]): number {
  return all.reduce((total, one) => total + one, 0);
}
