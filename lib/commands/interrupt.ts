import { InterruptedError } from '../errors.ts';
import { onOrphaned } from './orphaned.ts';
import { terminalOf } from './terminal.ts';

/** npm passes one ^C on more than once. */
const REPEATS_MS = 1_000;

export interface Interruptible {
  /** Aborts with an InterruptedError, or with an error that nobody caught: everything then unwinds. */
  signal: AbortSignal;
  /** Ends the run for an error that nobody caught. */
  crash(error: unknown): void;
}

/**
 * Turns the first of ^C, ^\, a SIGTERM, a closed terminal and the end of npm into an aborted signal.
 * @param onFirst told once, to say that things are being cleaned up
 * @param quit called by a later ^C; other signals come again from whoever closes terminals or ends jobs, and ask for no haste
 * @param startedByNpm whether the parent process is npm, which waits for this one as long as it lives
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
      // The hangup that is nothing to this process ended npm.
      if (!inBackground) heard();
    });
  }
  return { signal: controller.signal, crash: (error) => controller.abort(error) };
}
