import type { Reason } from '../expected.ts';
import { atLeast, isWithin, type Release } from '../world/release.ts';

/**
 * Compares the reasons of two predictions for one question in two releases, in any order. Returns those that only one
 * side gives and that do not hold in the other's release. Each has only the boundary that lies between the two
 * releases: `since` or `until`.
 * Throws if a reason's gate is not a version.
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
