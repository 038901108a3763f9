import { createHash } from 'node:crypto';
import type { NightSummary } from './types.ts';

/**
 * Returns what tonight's troubles are, in short: for each leg, or pair of releases, a digest of all that is required of
 * it and wrong. Where a leg could not tell tonight, what was known of it before stands.
 * @param before what was known last night
 */
export function stateOf({ troubles, untold }: NightSummary, before: Record<string, string>): Record<string, string> {
  const open = new Set(untold.map(({ istio }) => istio));
  const standing = Object.entries(before).filter(([legs]) => legs.split(BETWEEN).some((leg) => open.has(leg)));
  const found = Map.groupBy(
    troubles.filter(({ required }) => required),
    ({ legs }) => legs.join(BETWEEN),
  );
  return {
    ...Object.fromEntries(standing),
    ...Object.fromEntries(
      [...found].map(([legs, own]) => [legs, digestOf(own.map(({ kind, place }) => [kind, place]))]),
    ),
  };
}

/** Returns whether two states are the same, in whatever order. */
export function isSame(a: Record<string, string>, b: Record<string, string>): boolean {
  return Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([legs, one]) => b[legs] === one);
}

const BETWEEN = ' → ';

function digestOf(troubles: string[][]): string {
  const sorted = troubles.map((one) => JSON.stringify(one)).sort();
  return createHash('sha256').update(sorted.join()).digest('hex').slice(0, 12);
}
