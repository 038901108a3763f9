/** npm passes one ^C on more than once. */
const REPEATS_MS = 1_000;

/**
 * Turns the first ^C (or SIGTERM) into an aborted signal, with which everything unwinds; a second one calls `quit`.
 * @param onFirst told once, to say that things are being cleaned up
 */
export function interruptible(onFirst: () => void, quit: () => void): AbortSignal {
  const controller = new AbortController();
  let firstAt: number | undefined;
  const heard = (): void => {
    const now = performance.now();
    if (firstAt === undefined) {
      firstAt = now;
      onFirst();
      controller.abort(new Error('interrupted'));
    } else if (now - firstAt > REPEATS_MS) {
      quit();
    }
  };
  process.on('SIGINT', heard);
  process.on('SIGTERM', heard);
  return controller.signal;
}
