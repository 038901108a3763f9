import { atLeast, isWithin } from './release.ts';
import type { Reason, Release } from './types.ts';

/**
 * Returns the reasons that hold on one side alone because of its release: those that only one side gives, and that do
 * not hold in the other's release. Takes the reasons of two predictions for one question, and the release of each; which
 * is the newer does not matter. Each has only the boundary that lies between the two: `since` or `until`.
 * Throws where a reason's gate names no version.
 */
export function gatesBetween(a: Reason[], b: Reason[], from: Release, to: Release): Reason[] {
  return [...endingAt(a, b, from, to), ...endingAt(b, a, to, from)];
}

function endingAt(own: Reason[], others: Reason[], release: Release, other: Release): Reason[] {
  return own
    .filter(
      (reason) =>
        isWithin(release, reason) && !isWithin(other, reason) && !others.some(({ rule }) => rule === reason.rule),
    )
    .map(({ since, until, ...reason }) =>
      since !== undefined && !atLeast(other, since) ? { ...reason, since } : { ...reason, ...(until && { until }) },
    );
}
