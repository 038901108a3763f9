import { isDeepStrictEqual } from 'node:util';
import { isDoubt, type Verdict } from '../verdict/index.ts';
import type { CheckResult, Count, Results, StepResult, SuiteResult, Summary, UnsealedResults } from './types.ts';

/** Returns the results of a run: what was found, with its summary, which a file has near the top. */
export function sealed(unsealed: UnsealedResults): Results {
  const { schema, automtls } = unsealed;
  const summary = summaryOf(unsealed);
  return Object.assign({ schema, automtls, summary }, unsealed, { summary });
}

/** Returns whether a summary matches the results. The texts of `partial` may be those of another version. */
export function isSummaryOf({ partial, ...given }: Summary, unsealed: UnsealedResults): boolean {
  const { partial: missing, ...found } = summaryOf(unsealed);
  return isDeepStrictEqual(given, found) && partial.length > 0 === missing.length > 0;
}

function summaryOf(unsealed: UnsealedResults): Summary {
  const count = countOf(unsealed);
  const inconclusiveBy = doubtsIn(unsealed);
  return { ...verdictOf(unsealed, count), ...count, inconclusiveBy, partial: missingFrom(unsealed) };
}

function doubtsIn({ suites }: Pick<UnsealedResults, 'suites'>): Record<string, number> {
  const steps = suites.flatMap((suite) => suite.steps);
  const judged = steps.flatMap((step): Pick<CheckResult, 'verdict' | 'reasons'>[] =>
    step.kind === 'ask' ? step.cells : [step],
  );
  const codes = judged
    .filter(({ verdict }) => verdict === 'inconclusive')
    .flatMap(({ reasons }) => [...new Set(reasons.filter(isDoubt).map(({ code }) => code))]);
  return Object.fromEntries([...Map.groupBy(codes, (code) => code)].map(([code, own]) => [code, own.length]));
}

function verdictOf(
  { run, runErrors }: UnsealedResults,
  { passed, failed, inconclusive }: Count,
): Pick<Summary, 'verdict' | 'exitCode'> {
  if (run.interrupted) return { verdict: 'interrupted', exitCode: 130 };
  if (failed > 0) return { verdict: 'fail', exitCode: 1 };
  if (inconclusive + runErrors.length > 0 || passed === 0) return { verdict: 'inconclusive', exitCode: 3 };
  return { verdict: 'pass', exitCode: 0 };
}

function missingFrom({ run, suites }: UnsealedResults): string[] {
  const and = new Intl.ListFormat('en-GB');
  const reasons = Map.groupBy(suites, ({ skipped }) => skipped);
  const skipped = [...reasons].flatMap(([why, own]) =>
    why === undefined
      ? []
      : [`${and.format(own.map(({ name }) => name))} ${own.length === 1 ? 'was' : 'were'} skipped: ${why}`],
  );
  const notRun = suites.flatMap(({ name, notRun = [] }) =>
    notRun.length === 0 ? [] : [`not run of ${name}: ${notRun.join(', ')}`],
  );
  return [
    ...(run.chosen === undefined
      ? []
      : [`asked for by name: ${run.chosen.join(', ')}; of the others only setup's checks and cleanup`]),
    ...(run.cell === undefined ? [] : [`only ${run.cell} was tested`]),
    ...skipped,
    ...notRun,
    ...(run.interrupted ? ['it was interrupted'] : []),
  ];
}

/** Counts the verdicts of a run. */
export function countOf({ suites }: Pick<UnsealedResults, 'suites'>): Count {
  const verdicts = suites.flatMap(({ steps }) => verdictsOf(steps));
  const count = (wanted: Verdict): number => verdicts.filter((verdict) => verdict === wanted).length;
  return {
    passed: count('pass'),
    failed: count('fail'),
    inconclusive: count('inconclusive'),
    skipped: suites.filter(({ skipped }) => skipped !== undefined).length,
  };
}

/** Returns the verdicts of all checks and cells, in order. */
export function verdictsOf(steps: StepResult[]): Verdict[] {
  return steps.flatMap((step) => (step.kind === 'ask' ? step.cells.map(({ verdict }) => verdict) : [step.verdict]));
}

/** Returns whether a suite was not started and not skipped, because the run was interrupted before. */
export function isUnbegun({ skipped, steps }: SuiteResult): boolean {
  return skipped === undefined && steps.length === 0;
}
