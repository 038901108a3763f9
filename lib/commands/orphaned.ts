/** One system call each time. */
const LOOK_MS = 250;

/**
 * Calls once when the process that started this one has gone.
 *
 * Measured with npm 11.19, whose scripts begin with `exec`: npm passes SIGINT and SIGTERM on and waits for this process.
 * SIGHUP, SIGQUIT and SIGKILL end npm at once and reach nobody else; the parent of this process is another from then on.
 * Without `exec` dash stands between the two: SIGTERM ends it alone, SIGINT ends nothing, and of the others it shows nothing.
 * A run in the background keeps npm as its parent, also under nohup and setsid, and after the shell has gone.
 */
export function onOrphaned(call: () => void, parentOf: () => number = () => process.ppid): void {
  const parent = parentOf();
  let gone = false;
  const timer = setInterval(() => {
    // Once more before it counts: a signal that ended both is heard first.
    if (gone) {
      clearInterval(timer);
      call();
    }
    gone = parentOf() !== parent;
  }, LOOK_MS);
  timer.unref();
}
