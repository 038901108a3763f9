/** Polling interval. A poll is only one system call. */
const LOOK_MS = 250;

/**
 * Calls back once when the process that started this one has ended.
 *
 * Measured with npm 11.19 and scripts that begin with `exec`: npm forwards SIGINT and SIGTERM and waits for this
 * process. SIGHUP, SIGQUIT and SIGKILL end npm at once and are not forwarded; this process then gets another parent.
 * Without `exec`, dash is between the two: SIGTERM ends only dash, SIGINT ends nothing, and the others are not noticed.
 * A run in the background keeps npm as its parent, also under nohup and setsid, and after the shell has ended.
 */
export function onOrphaned(call: () => void, parentOf: () => number = () => process.ppid): void {
  const parent = parentOf();
  let gone = false;
  const timer = setInterval(() => {
    // Only on the second poll, so that a signal to both processes is handled first.
    if (gone) {
      clearInterval(timer);
      call();
    }
    gone = parentOf() !== parent;
  }, LOOK_MS);
  timer.unref();
}
