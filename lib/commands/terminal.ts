import { closeSync, constants, openSync } from 'node:fs';
import { isatty } from 'node:tty';

/**
 * Tells whether a SIGHUP only means that the terminal of a background run has closed, as with `nohup npm test &`: a run that
 * neither reads from the terminal nor writes to it. nohup's own setting is lost, because Node resets ignored signals when it
 * starts, so that SIGHUP ends npm and reaches this process. If there never was a terminal, somebody sent the signal.
 * @param streams file descriptors for input and output
 */
export function terminalOf(streams: number[]): { hasLeft(): boolean } {
  const unused = !streams.some((stream) => isatty(stream)) && isThere();
  return { hasLeft: () => unused && !isThere() };
}

/** A process loses its terminal as soon as the terminal closes. */
function isThere(): boolean {
  try {
    closeSync(openSync('/dev/tty', constants.O_RDONLY | constants.O_NOCTTY));
    return true;
  } catch {
    return false;
  }
}
