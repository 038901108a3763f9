import type { CheckResult, Results } from '../../results/index.ts';

/**
 * Returns whether a run failed only by what its user requires: the mesh does what its policies say, and these are not
 * such that every pair is mutual TLS.
 */
export function failsByRequirement({ suites }: Pick<Results, 'suites'>): boolean {
  const steps = suites.flatMap((suite) => suite.steps);
  const cells = steps.flatMap((step): Pick<CheckResult, 'verdict' | 'reasons'>[] =>
    step.kind === 'ask' ? step.cells : [step],
  );
  const failed = cells.filter(({ verdict }) => verdict === 'fail');
  return failed.length > 0 && failed.every(({ reasons }) => reasons.every(({ code }) => code === 'not-mutual'));
}
