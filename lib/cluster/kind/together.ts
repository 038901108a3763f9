/**
 * Does several things at once and waits until all have ended: when one fails, the signal of the others is aborted.
 * @throws what the first to fail threw
 */
export async function together<W extends readonly ((signal: AbortSignal) => Promise<unknown>)[]>(
  signal: AbortSignal,
  ...works: W
): Promise<{ [K in keyof W]: Awaited<ReturnType<W[K]>> }> {
  const failure = new AbortController();
  const either = AbortSignal.any([signal, failure.signal]);
  const results = await Promise.allSettled(
    works.map(async (work) => {
      try {
        return await work(either);
      } catch (error) {
        failure.abort(error);
        throw error;
      }
    }),
  );
  signal.throwIfAborted();
  failure.signal.throwIfAborted();
  return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as never;
}
