/**
 * Runs tasks in parallel. The first that fails aborts the others. Its error is thrown after all tasks have ended, so
 * nothing runs on in the background.
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
