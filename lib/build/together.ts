/**
 * Runs tasks at once. The first that fails aborts the others, and its error is thrown when all have ended, so that
 * nothing goes on behind the caller's back.
 */
export async function together<T extends readonly unknown[]>(
  signal: AbortSignal,
  tasks: { [K in keyof T]: (signal: AbortSignal) => Promise<T[K]> },
): Promise<T> {
  const failure = new AbortController();
  const either = AbortSignal.any([signal, failure.signal]);
  const run = async (task: (signal: AbortSignal) => Promise<unknown>) => {
    try {
      return await task(either);
    } catch (error) {
      failure.abort(error);
      throw error;
    }
  };
  const settled = await Promise.allSettled(tasks.map(run));
  if (settled.some(({ status }) => status === 'rejected')) either.throwIfAborted();
  return settled.map((one) => (one as PromiseFulfilledResult<unknown>).value) as unknown as T;
}
