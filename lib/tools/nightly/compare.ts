import { compare } from '../../results/diff/index.ts';
import type { Results } from '../../results/index.ts';
import { summaryOf } from './summary.ts';
import type { Comparison, Night } from './types.ts';

/**
 * Compares each job of a night with the same job of the night before, and each release with the next older one.
 * @param last the night before; undefined for the first
 */
export function compareNights(night: Night, last: Night | undefined): Comparison {
  const brought = night.jobs.flatMap(({ istio, results }) => (results === undefined ? [] : [{ istio, results }]));
  const before = new Map(last?.jobs.map(({ istio, results }) => [istio, results]));
  const nights = brought.flatMap(({ istio, results }) => {
    const older = before.get(istio);
    return older === undefined ? [] : [{ istio, diff: compare(older, results) }];
  });
  const releases = brought.slice(1).map((older, index) => {
    const newer = brought[index] as (typeof brought)[number];
    return { from: older.istio, to: newer.istio, diff: compare(older.results, newer.results) };
  });
  return {
    schema: 'automtls.dev/comparison/v1',
    startedAt: night.startedAt,
    nights,
    releases,
    alone: [...whyMissing(night), ...(last === undefined ? [FIRST] : whyAlone(brought, last, before))],
    summary: summaryOf(night, { nights, releases }),
  };
}

const FIRST = 'There is no earlier night to compare with.';

/** Groups jobs that are missing for the same reason: in an interrupted night, these may be most. */
function whyMissing({ jobs }: Night): string[] {
  const missing = jobs.flatMap((job) => (job.missing === undefined ? [] : [{ istio: job.istio, why: job.missing }]));
  return [...Map.groupBy(missing, ({ why }) => why)].map(([why, own]) => {
    const names = own.map(({ istio }) => istio).join(', ');
    return `${own.length === 1 ? names : `Each of ${names}`} is missing: ${why}.`;
  });
}

function whyAlone(
  brought: { istio: string }[],
  { jobs, startedAt }: Night,
  before: Map<string, Results | undefined>,
): string[] {
  const night = `in the night of ${startedAt.slice(0, 10)}`;
  const planned = new Set(jobs.map(({ istio }) => istio));
  return brought
    .filter(({ istio }) => before.get(istio) === undefined)
    .map(({ istio }) => (planned.has(istio) ? `${istio} was missing ${night}.` : `${istio} was not run ${night}.`));
}
