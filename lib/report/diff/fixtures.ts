import { compare } from '../../results/diff/compare.ts';
import { cellOf, changed, observations, runOf } from '../../results/diff/fixtures.ts';
import type { Diff } from '../../results/diff/types.ts';
import type { Results } from '../../results/types.ts';

const reset = 'strict › STRICT on httpbin.full › sleep.legacy → httpbin.full';

/** Returns a comparison of 1.11 with 1.12: one cell fails, one is inconclusive, one step is missing and one is new. */
export function diffOf(): Diff {
  const older = changed(runOf('1.11'), (results) => {
    timed(results, { firstRightMs: 160, lastWrongMs: 150, flaps: 0 });
    results.suites.find(({ name }) => name === 'auto-off')?.steps.pop();
  });
  const newer = changed(runOf('1.12'), (results) => {
    timed(results, { firstRightMs: 900, lastWrongMs: 1_200, flaps: 2 });
    results.suites.find(({ name }) => name === 'permissive')?.steps.pop();
    Object.assign(cellOf(results, reset), { verdict: 'fail', why: 'expected 000 in full-run112, saw 200' });
    cellOf(results, reset).seen = observations({ kind: 'plain' });
    const open = cellOf(results, reset.replace('legacy →', 'full →'));
    Object.assign(open, { verdict: 'inconclusive', why: 'the shell was lost' });
  });
  return compare(older, newer);
}

/** Returns a comparison of two runs of one release that differ only by this change of the second. */
export function nightsOf(change: (results: Results) => void): Diff {
  return compare(runOf('1.31', 'last'), changed(runOf('1.31', 'this'), change));
}

function timed({ suites }: Results, propagation: { firstRightMs: number; lastWrongMs: number; flaps: number }): void {
  Object.assign(suites.find(({ name }) => name === 'disable')?.steps[0] ?? {}, { propagation });
}
