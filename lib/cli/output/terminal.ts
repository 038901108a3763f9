import { closeSync, constants, openSync } from 'node:fs';
import { isatty } from 'node:tty';

/**
 * Recognises a SIGHUP that only means that the terminal of a background run has closed, as with `nohup npm test &`.
 * Such a run neither reads from the terminal nor writes to it. nohup does not prevent the signal, because Node resets
 * ignored signals when it starts. If there never was a terminal, somebody sent the signal on purpose.
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
