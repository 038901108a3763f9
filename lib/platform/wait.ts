import pRetry from 'p-retry';
import { TimeoutError } from './errors.ts';
import { defaultLimits } from './limits.ts';

export interface Wait {
  /** What to wait for, for the message, such as `the node to be READY`. */
  what: string;
  /** When to give up, in milliseconds. */
  limitMs: number;
  /** The time between two looks, in milliseconds. */
  everyMs?: number;
  /** Ends the wait. */
  signal?: AbortSignal | undefined;
  /** Returns what the last look found instead, for the message. */
  seen?: () => string;
}

class NotYet extends Error {}

/**
 * Calls `look` until it returns a result, and once more when the time is up. A pending call is always awaited.
 * @param look returns undefined or false until there is a result
 * @returns the result
 * @throws TimeoutError if the time is up, the signal's reason if it aborts, or immediately any error of `look`
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
      retries: Number.POSITIVE_INFINITY,
      factor: 1,
      minTimeout: everyMs,
      maxRetryTime: limitMs,
      signal,
      shouldRetry: ({ error }) => error instanceof NotYet,
    });
  } catch (error) {
    if (!(error instanceof NotYet)) throw error;
    const last = seen === undefined ? '' : `; last seen: ${seen()}`;
    throw new TimeoutError(`Waited ${limitMs / 1000} s for ${what}${last}.`);
  }
}

/** Ignores a timeout, for code that checks the result itself: `waitFor(…).catch(unlessLate)`. */
export function unlessLate(error: unknown): undefined {
  if (!(error instanceof TimeoutError)) throw error;
}
