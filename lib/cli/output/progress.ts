import type { OnProgress, Progress } from '../../platform/progress.ts';
import { oneLine, visible } from '../../report/index.ts';

/**
 * Shows progress on stderr: on a terminal one line that is overwritten, elsewhere a line for each phase, and for
 * counted progress at most one every ten seconds.
 * @param escapes whether the stream is a terminal that supports escape sequences
 */
export function progressOn(
  stream: NodeJS.WriteStream,
  escapes = stream.isTTY,
): { onProgress: OnProgress; clear: () => void } {
  if (!escapes) return { onProgress: plainLines(stream), clear: () => {} };
  const clear = (): void => {
    stream.write('\r\u001b[K');
  };
  return {
    onProgress: (progress) => {
      clear();
      stream.write(lineOf(progress).slice(0, stream.columns - 1));
    },
    clear,
  };
}

/** The minimum time between two counts of one phase in a log, so that counts do not fill the log. */
const QUIET_MS = 10_000;

function plainLines(stream: NodeJS.WriteStream): OnProgress {
  let phase = '';
  let saidAt = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const counted = progress.done !== undefined;
    if (progress.phase === 'step' || (progress.phase === phase && counted && performance.now() - saidAt < QUIET_MS))
      return;
    phase = progress.phase;
    saidAt = performance.now();
    stream.write(`${lineOf(progress)}\n`);
  };
}

function lineOf({ phase, done, total, detail }: Progress): string {
  const counted = done === undefined ? '' : ` ${done}${total === undefined ? '' : ` of ${total}`}`;
  // Some of the text comes from programs and servers, so it may contain control characters.
  return oneLine(visible(`${phase}:${counted}${detail === undefined ? '' : ` ${detail}`}`));
}
