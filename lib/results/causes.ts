import { effectOf, isOfStep, objectsOf, reasonWords, type VerdictReason } from '../verdict/index.ts';
import type { CellResult } from './types.ts';

/** What likely made a cell go wrong, or why its answers show nothing. */
export interface Cause {
  /** What makes its answers doubtful, or what may explain them. */
  effect: 'doubt' | 'cause';
  /** What it names, as `Kind namespace/name`; empty if it names no object. */
  objects: string[];
  text: string;
}

/**
 * Returns what lies behind a cell that did not pass, likeliest first: what was found besides its answers. Cells with the
 * same causes belong together.
 */
export function causesOf({ reasons }: { reasons: VerdictReason[] }): Cause[] {
  return reasons.flatMap((reason) => {
    const effect = effectOf(reason);
    const isBehind = effect === 'cause' || (effect === 'doubt' && isOfStep(reason));
    if (!isBehind) return [];
    return [{ effect, objects: effect === 'cause' ? objectsOf(reason) : [], text: reasonWords(reason) }];
  });
}

/** Returns a cell's reasons with what likely made it go wrong, in one sentence. */
export function whyWithCauses({ why, reasons }: Pick<CellResult, 'why' | 'reasons'>): string {
  const likely = reasons.filter((reason) => effectOf(reason) === 'cause').map(reasonWords);
  return likely.length === 0 ? why : `${why}; a likely cause: ${likely.join('; ')}`;
}
