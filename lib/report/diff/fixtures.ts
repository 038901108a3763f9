import { compare } from '../../diff/compare.ts';
import { cellOf, changed, observations, runOf } from '../../diff/fixtures.ts';
import type { Diff } from '../../diff/types.ts';
import type { Results } from '../../results/types.ts';

/** Comparisons with something of each sort, as tests of their views want them. */

const reset = 'strict › STRICT on httpbin.full › sleep.legacy → httpbin.full';

/** From 1.11 to 1.12, with one cell that fails, one that could not be told, a step lost and one that is new. */
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

/** Two runs of one release in which nothing differs but what is changed in the second. */
export function nightsOf(change: (results: Results) => void): Diff {
  return compare(runOf('1.31', 'last'), changed(runOf('1.31', 'this'), change));
}

function timed({ suites }: Results, propagation: { firstRightMs: number; lastWrongMs: number; flaps: number }): void {
  Object.assign(suites.find(({ name }) => name === 'disable')?.steps[0] ?? {}, { propagation });
}
