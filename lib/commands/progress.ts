import type { OnProgress, Progress } from '../cluster/types.ts';

/**
 * Returns what shows progress on stderr: on a terminal one line that is written over, elsewhere a line a phase,
 * and for what can be counted at most one every ten seconds.
 */
export function progressOn(stream: NodeJS.WriteStream): { onProgress: OnProgress; clear: () => void } {
  if (!stream.isTTY) return { onProgress: plainLines(stream), clear: () => {} };
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
  return `${phase}:${counted}${detail === undefined ? '' : ` ${detail}`}`;
}
