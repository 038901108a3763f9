/** An Istio minor, since rules do not differ within one: 1.31 is `{ major: 1, minor: 31 }`. */
export interface Release {
  major: number;
  minor: number;
}

// The package semver does not accept `1.31`, and its coercion accepts any text with a number in it.
const written = /^v?(\d+)\.(\d+)(?:\.(?:\d+|x))?(?:[-+.][0-9A-Za-z.+-]+)?$/;

/**
 * Parses an Istio version, such as `1.31.1`, `1.30-dev`, `1.31-alpha.0a1b2c`, `1.22.x` or `v1.4`. Returns only major
 * and minor, since rules do not differ within a minor.
 * Throws an Error that names the text if it is not a version.
 */
export function parseRelease(text: string): Release {
  const [, major, minor] = written.exec(text.trim()) ?? [];
  if (major === undefined || minor === undefined) {
    throw new Error(`"${text}" is not an Istio release: write it as 1.31, 1.31.1 or 1.30-dev`);
  }
  return { major: Number(major), minor: Number(minor) };
}

/** Returns whether `release` is `minimum` (such as `1.12`) or later; throws if `minimum` is not a version. */
export function atLeast(release: Release, minimum: string): boolean {
  const floor = parseRelease(minimum);
  return release.major === floor.major ? release.minor >= floor.minor : release.major > floor.major;
}

/** The first release in which something holds, and the first in which it no longer does; no limit if absent. */
export interface Gate {
  since?: string;
  until?: string;
}

/** Returns whether a release is within a gate; throws if the gate has something that is not a version. */
export function isWithin(release: Release, { since, until }: Gate): boolean {
  return (since === undefined || atLeast(release, since)) && (until === undefined || !atLeast(release, until));
}

/** Returns a gate in words, such as `since 1.12 and before 1.19`; empty if it has no limit. */
export function gateWords({ since, until }: Gate): string {
  return [since && `since ${since}`, until && `before ${until}`].filter(Boolean).join(' and ');
}

/** Returns the release as people write it, such as `1.31`. */
export function formatRelease(release: Release): string {
  return `${release.major}.${release.minor}`;
}
