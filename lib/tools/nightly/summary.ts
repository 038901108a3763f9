import { logicalNames } from '../../model/index.ts';
import { type Change, foundBy } from '../../results/diff/index.ts';
import { placeWords, type Results } from '../../results/index.ts';
import type { Comparison, JobOfNight, Night, NightSummary, Regression } from './types.ts';

/**
 * Returns the result of a night. A failure is one regression, even if several comparisons show it. Of the changes, only
 * unexplained ones between two passes count, so a recovery is no regression.
 */
export function summaryOf(
  { jobs }: Night,
  { nights, releases }: Pick<Comparison, 'nights' | 'releases'>,
): NightSummary {
  const required = new Set(jobs.filter((job) => job.required).map(({ istio }) => istio));
  const among = (all: string[]) => ({ jobs: all, required: all.every((one) => required.has(one)) });
  const regressions = [
    ...jobs.flatMap(({ istio, results }) =>
      results === undefined ? [] : failuresOf(results).map((failure) => ({ ...among([istio]), ...failure })),
    ),
    ...nights.flatMap(({ istio, diff }) =>
      diff.changes.filter(isPuzzle).map((change) => ({ ...among([istio]), ...puzzle(change, 'since last night') })),
    ),
    ...releases.flatMap(({ from, to, diff }) =>
      diff.changes.filter(isPuzzle).map((change) => ({ ...among([from, to]), ...puzzle(change, `from ${from}`) })),
    ),
  ];
  const ofRequired = jobs.filter((job) => job.required).flatMap(inconclusiveOf);
  // A night without any results is no pass, even if none of its releases is required.
  const isNothing = ofRequired.length === 0 && jobs.every(({ results }) => results === undefined);
  const inconclusive = isNothing ? jobs.flatMap(inconclusiveOf) : ofRequired;
  return { regressions, inconclusive, exitCode: exitCodeOf(regressions, inconclusive) };
}

function exitCodeOf(regressions: Regression[], inconclusive: NightSummary['inconclusive']): NightSummary['exitCode'] {
  if (regressions.some(({ required }) => required)) return 1;
  return inconclusive.length > 0 ? 3 : 0;
}

function failuresOf(results: Results): Pick<Regression, 'kind' | 'place' | 'why'>[] {
  return foundBy(results)
    .filter(({ told }) => told.verdict === 'fail')
    .map(({ place, told }) => ({ kind: 'fails', place: placeWords(place), why: told.why }));
}

function isPuzzle({ explained, a, b }: Change): boolean {
  return !explained && a.verdict === 'pass' && b.verdict === 'pass';
}

function puzzle(change: Change, since: string): Pick<Regression, 'kind' | 'place' | 'why'> {
  return { kind: 'changed', place: placeWords(change), why: `changed ${since}, though both passed: ${change.why}` };
}

/** Returns what a job could not determine; a job with failures may have inconclusive verdicts as well. */
function inconclusiveOf({ istio, results, missing }: JobOfNight): NightSummary['inconclusive'] {
  if (results === undefined) return [{ istio, why: missing ?? 'it has no results' }];
  const { run, runErrors, summary } = results;
  const reasons = [
    ...(run.interrupted ? ['it was interrupted'] : []),
    ...(summary.inconclusive > 0
      ? [
          `${summary.inconclusive} of ${summary.passed + summary.failed + summary.inconclusive} verdicts are inconclusive`,
        ]
      : []),
    ...runErrors.map((problem) => logicalNames(problem, run.namespaces)),
  ];
  if (reasons.length === 0 && summary.verdict === 'inconclusive') return [{ istio, why: 'nothing was tested' }];
  return reasons.length === 0 ? [] : [{ istio, why: reasons.join('; ') }];
}
