import { InterruptedError } from '../platform/errors.ts';
import { onOrphaned } from './orphaned.ts';
import { terminalOf } from './output/terminal.ts';

/** npm forwards one ^C several times; repetitions within this time count as one. */
const REPEATS_MS = 1_000;

export interface Interruptible {
  /** Aborts with an InterruptedError or an uncaught error; then everything cleans up. */
  signal: AbortSignal;
  /** Ends the run because of an uncaught error. */
  crash(error: unknown): void;
}

/**
 * Turns the first of ^C, ^\, SIGTERM, a closed terminal and the end of npm into an aborted signal.
 * @param onFirst called once, to announce the cleanup
 * @param quit called on a later ^C; other signals may be repeated when a terminal closes or a job ends
 * @param startedByNpm whether the parent process is npm, which normally outlives this one
 */
export function interruptible({
  onFirst,
  quit,
  startedByNpm,
  terminal = terminalOf([0, 1, 2]),
}: {
  onFirst: () => void;
  quit: () => void;
  startedByNpm: boolean;
  terminal?: ReturnType<typeof terminalOf>;
}): Interruptible {
  const controller = new AbortController();
  let firstAt: number | undefined;
  let inBackground = false;
  const heard = (name?: NodeJS.Signals): void => {
    const now = performance.now();
    if (firstAt === undefined) {
      firstAt = now;
      onFirst();
      controller.abort(new InterruptedError('interrupted'));
    } else if (name === 'SIGINT' && now - firstAt > REPEATS_MS) {
      quit();
    }
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGQUIT'] as const) process.on(name, heard);
  process.on('SIGHUP', () => {
    if (terminal.hasLeft()) inBackground = true;
    else heard();
  });
  if (startedByNpm) {
    onOrphaned(() => {
      // npm ended because of a hangup that does not concern this process.
      if (!inBackground) heard();
    });
  }
  return { signal: controller.signal, crash: (error) => controller.abort(error) };
}
