import type { CellResult, CheckResult, Results } from '../../results/types.ts';
import type { Verdict } from '../../verdict/reasons.ts';

/** A check or a cell, and its place in the results. */
export type Finding = { suite: string; suiteId: string; step: string; verdict: Verdict } & (
  | { kind: 'check'; check: CheckResult }
  | { kind: 'cell'; cell: CellResult; id: string; notes: string[] }
);

export type CellFinding = Extract<Finding, { kind: 'cell' }>;

/** Returns every check and every cell of a run, in its order. */
export function findingsOf({ suites }: Results): Finding[] {
  return suites.flatMap((suite, nth) =>
    suite.steps.flatMap((step, at): Finding[] => {
      const place = { suite: suite.name, suiteId: suiteId(nth), step: step.title };
      if (step.kind === 'check') return [{ ...place, kind: 'check', verdict: step.verdict, check: step }];
      return step.cells.map((cell, among) => {
        return {
          ...place,
          kind: 'cell',
          verdict: cell.verdict,
          cell,
          id: cellId(nth, at, among),
          notes: step.notes ?? [],
        };
      });
    }),
  );
}

/** Returns the id of a suite. It contains a number instead of a name, because names come from outside. */
export function suiteId(nth: number): string {
  return `suite-${nth}`;
}

/** Returns the id of a cell's panel. */
export function cellId(suite: number, step: number, cell: number): string {
  return `cell-${suite}-${step}-${cell}`;
}
