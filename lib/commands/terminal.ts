import { closeSync, constants, openSync } from 'node:fs';
import { isatty } from 'node:tty';

/**
 * Tells whether a SIGHUP means only that the terminal has closed under a run that neither reads from it nor writes to it, as
 * `nohup npm test &` does. nohup itself tells nothing: Node takes back at its start that a signal is ignored, so that the
 * SIGHUP reaches npm, which it ends, and this process. Where there never was a terminal, somebody has sent it.
 * @param streams file descriptors of what is read and written
 */
export function terminalOf(streams: number[]): { hasLeft(): boolean } {
  const unused = !streams.some((stream) => isatty(stream)) && isThere();
  return { hasLeft: () => unused && !isThere() };
}

/** A process has no terminal any more as soon as it has closed. */
function isThere(): boolean {
  try {
    closeSync(openSync('/dev/tty', constants.O_RDONLY | constants.O_NOCTTY));
    return true;
  } catch {
    return false;
  }
}
