import { setTimeout as pause } from 'node:timers/promises';
import { timeouts } from './settings.ts';

/**
 * Looks until there is something to see or the time (ms) is up; looks once more at its end.
 * @returns what look returned, or undefined where the time ran out
 */
export async function waitFor<T>(
  look: () => Promise<T | undefined>,
  limitMs: number,
  signal?: AbortSignal,
): Promise<T | undefined> {
  const end = performance.now() + limitMs;
  for (;;) {
    signal?.throwIfAborted();
    const last = performance.now() >= end;
    const seen = await look();
    if (seen !== undefined || last) return seen;
    await pause(timeouts.pollMs, undefined, signal === undefined ? {} : { signal });
  }
}
