import type { Release } from './types.ts';

// Not semver: it takes no `1.31`, and where it coerces it takes any text that has a number.
const written = /^v?(\d+)\.(\d+)(?:\.(?:\d+|x))?(?:[-+.][0-9A-Za-z.+-]+)?$/;

/**
 * Reads an Istio version as far as its rules differ.
 * Takes `1.31.1`, `1.30-dev`, `1.31-alpha.0a1b2c`, `1.22.x`, `v1.4`; returns major and minor.
 * Throws an Error that names the text where it is no version.
 */
export function parseRelease(text: string): Release {
  const [, major, minor] = written.exec(text.trim()) ?? [];
  if (major === undefined || minor === undefined) {
    throw new Error(`"${text}" is not an Istio release: write it as 1.31, 1.31.1 or 1.30-dev`);
  }
  return { major: Number(major), minor: Number(minor) };
}

/** Returns whether `release` is `minimum` (such as `1.12`) or later; throws where `minimum` is no version. */
export function atLeast(release: Release, minimum: string): boolean {
  const floor = parseRelease(minimum);
  return release.major === floor.major ? release.minor >= floor.minor : release.major > floor.major;
}

/** From which release something holds, and the first in which it no longer does; all the way where it is left out. */
export interface Gate {
  since?: string;
  until?: string;
}

/** Returns whether a release is among those that a gate lets through; throws where the gate names no version. */
export function isWithin(release: Release, { since, until }: Gate): boolean {
  return (since === undefined || atLeast(release, since)) && (until === undefined || !atLeast(release, until));
}

/** Returns a gate as people write it, such as `since 1.12 and before 1.19`; empty where it lets all releases through. */
export function gateWords({ since, until }: Gate): string {
  return [since && `since ${since}`, until && `before ${until}`].filter(Boolean).join(' and ');
}

/** Returns the release as people write it, such as `1.31`. */
export function formatRelease(release: Release): string {
  return `${release.major}.${release.minor}`;
}
