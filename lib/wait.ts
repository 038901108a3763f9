import pRetry from 'p-retry';
import { TimeoutError } from './errors.ts';
import { defaultLimits } from './limits.ts';

export interface Wait {
  /** What is waited for, for the message, such as `the node to be READY`. */
  what: string;
  /** Milliseconds after which it is given up. */
  limitMs: number;
  /** Milliseconds from one look to the next. */
  everyMs?: number;
  /** Ends the wait. */
  signal?: AbortSignal | undefined;
  /** Returns what the last look saw instead, for the message. */
  seen?: () => string;
}

class NotYet extends Error {}

/**
 * Looks until there is something to see, and once more when the time is up. A look that is under way is waited for.
 * @param look returns undefined or false while what is waited for is not there
 * @returns what it returned at last
 * @throws TimeoutError if the time runs out, the signal's reason if it aborts, and whatever `look` throws, at once
 */
export async function waitFor<T>(look: () => Promise<T | undefined | false>, wait: Wait): Promise<T> {
  const { what, limitMs, everyMs = defaultLimits.pollMs, signal, seen } = wait;
  const once = async (): Promise<T> => {
    const found = await look();
    if (found === undefined || found === false) throw new NotYet();
    return found;
  };
  try {
    return await pRetry(once, {
      ...{ retries: Number.POSITIVE_INFINITY, factor: 1, minTimeout: everyMs, maxRetryTime: limitMs, signal },
      shouldRetry: ({ error }) => error instanceof NotYet,
    });
  } catch (error) {
    if (!(error instanceof NotYet)) throw error;
    const last = seen === undefined ? '' : `; last seen: ${seen()}`;
    throw new TimeoutError(`Waited ${limitMs / 1000} s for ${what}${last}.`);
  }
}

/** Ignores a timeout if the code that follows checks by itself: `waitFor(…).catch(unlessLate)`. */
export function unlessLate(error: unknown): undefined {
  if (!(error instanceof TimeoutError)) throw error;
}
