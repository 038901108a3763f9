import { InconclusiveError } from '../../errors.ts';

/**
 * Waits for a promise, but not longer than `timeoutMs` milliseconds.
 * @param name who should answer, for the message
 * @throws InconclusiveError if the time runs out
 */
export async function within<T>(promise: Promise<T>, timeoutMs: number, name: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new InconclusiveError(`${name} did not respond within ${timeoutMs} ms`)),
    timeoutMs,
  );
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
