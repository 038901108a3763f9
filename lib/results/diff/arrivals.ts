import { type AskResult, keyOf, type Results } from '../index.ts';
import type { Diff } from './types.ts';

type ArrivalDifference = Diff['propagation'][number];

/**
 * Returns how long the arrival of each step that changes a pair took in two runs, in milliseconds. Steps that are only
 * in b come last. A step that did not converge has not arrived, so it has no time.
 */
export function arrivals(a: Results, b: Results): ArrivalDifference[] {
  const times = [
    ...timesOf(a).map(({ ms, ...place }) => ({ ...place, aMs: ms })),
    ...timesOf(b).map(({ ms, ...place }) => ({ ...place, bMs: ms })),
  ];
  return [...Map.groupBy(times, keyOf).values()].map((sides) => Object.assign({}, ...sides) as ArrivalDifference);
}

function timesOf({ suites }: Results): { suite: string; step: string; ms: number }[] {
  return suites.flatMap(({ name, steps }) =>
    steps.flatMap((step) =>
      step.kind === 'ask' ? arrivedMs(step).map((ms) => ({ suite: name, step: step.title, ms })) : [],
    ),
  );
}

/** A step has arrived once every pair was right and none was wrong again. */
function arrivedMs({ propagation, cells }: AskResult): number[] {
  if (propagation === undefined || cells.some(({ changes, verdict }) => changes && verdict !== 'pass')) return [];
  const { firstRightMs, lastWrongMs = 0 } = propagation;
  return [Math.max(firstRightMs, lastWrongMs)];
}
