import { createHash } from 'node:crypto';
import type { JobOfNight, Night, NightSummary, Regression } from './types.ts';

/**
 * Summarizes tonight's regressions: for each job, or pair of releases, a digest of its required regressions, and their suites.
 * If a job is inconclusive tonight, or did not run those suites, its earlier state stays.
 * @param before the state of last night
 */
export function stateOf(
  { jobs: all }: Night,
  { regressions, inconclusive }: NightSummary,
  before: Record<string, string>,
): Record<string, string> {
  const open = new Set(inconclusive.map(({ istio }) => istio));
  const standing = Object.entries(before).filter(([jobs, known]) =>
    jobs.split(BETWEEN).some((job) => open.has(job) || all.some((one) => one.istio === job && !wasAsked(one, known))),
  );
  const found = Map.groupBy(
    regressions.filter(({ required }) => required),
    ({ jobs }) => jobs.join(BETWEEN),
  );
  return {
    ...Object.fromEntries(standing),
    ...Object.fromEntries([...found].map(([jobs, own]) => [jobs, knownOf(own)])),
  };
}

/** Returns whether two states are equal, in any order. */
export function isSame(a: Record<string, string>, b: Record<string, string>): boolean {
  return Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([jobs, one]) => b[jobs] === one);
}

const BETWEEN = ' → ';

function knownOf(regressions: Regression[]): string {
  const suites = new Set(regressions.map(({ place }) => place.split(' › ')[0]));
  return [digestOf(regressions.map(({ kind, place }) => [kind, place])), ...[...suites].sort()].join(' ');
}

/** Returns whether a job ran all suites with known regressions. */
function wasAsked({ results, required }: JobOfNight, known: string): boolean {
  if (results === undefined || !required) return true;
  const asked = results.suites.filter(({ steps }) => steps.length > 0).map(({ name }) => name);
  return known
    .split(' ')
    .slice(1)
    .every((suite) => asked.includes(suite));
}

function digestOf(regressions: string[][]): string {
  const sorted = regressions.map((one) => JSON.stringify(one)).sort();
  return createHash('sha256').update(sorted.join()).digest('hex').slice(0, 12);
}
