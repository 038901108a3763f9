import type { OnProgress } from '../../platform/progress.ts';
import { leftWords, timeLeft } from '../../tools/nightly/index.ts';

export interface NightBoard {
  /** Call when a release's job starts; the returned functions take its output and its end. */
  begin(istio: string): {
    onLine: (line: string) => void;
    /** Returns its duration in milliseconds. */
    ended: () => number;
  };
}

/**
 * Shows the progress of a night: how many releases are done, the latest output of a running one, and the remaining time.
 * @param now a clock, in milliseconds
 */
export function nightBoard({
  total,
  atOnce,
  onProgress,
  now = () => performance.now(),
}: {
  total: number;
  atOnce: number;
  onProgress: OnProgress;
  now?: () => number;
}): NightBoard {
  const took: number[] = [];
  const running = new Map<string, number>();
  const show = (istio: string, words: string): void => {
    const waiting = total - took.length - running.size;
    const left = timeLeft({ took, running: [...running.values()].map((at) => now() - at), waiting, atOnce });
    const detail = [...(left === undefined ? [] : [leftWords(left)]), `Istio ${istio}: ${words}`].join(' · ');
    onProgress({ phase: 'night', done: took.length, total, detail });
  };
  return {
    begin: (istio) => {
      const begunAt = now();
      running.set(istio, begunAt);
      show(istio, 'starting');
      return {
        onLine: (line) => show(istio, line),
        ended: () => {
          running.delete(istio);
          took.push(now() - begunAt);
          return now() - begunAt;
        },
      };
    },
  };
}
