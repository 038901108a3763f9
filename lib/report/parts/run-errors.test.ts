import { changed, resultsOf } from '../../results/fixtures.ts';
import type { UnsealedResults } from '../../results/types.ts';
import { countWithRunErrors, runErrorsOf } from './run-errors.ts';

const runErrors = (changes: Partial<UnsealedResults>) => runErrorsOf(changed(changes));

test('a run whose cells and checks tell all has none', () => {
  expect(runErrors({})).toEqual([]);
});

test('an interruption and every problem is one, a problem with the names that are on the cluster', () => {
  const { run } = resultsOf();
  expect(
    runErrors({ run: { ...run, interrupted: true }, runErrors: ['still there: Namespace full-ab12c3', 'b'] }),
  ).toEqual([
    { kind: 'interrupted', text: 'cells that were not tested are not counted' },
    { kind: 'inconclusive', text: 'still there: Namespace full-ab12c3' },
    { kind: 'inconclusive', text: 'b' },
  ]);
});

test('errors of a run are one more that could not be told; that it was interrupted is none', () => {
  const run = { ...resultsOf().run, interrupted: true };
  const { inconclusive } = resultsOf().summary;
  expect(countWithRunErrors(changed({ run })).inconclusive).toBe(inconclusive);
  expect(countWithRunErrors(changed({ run, runErrors: ['a', 'b'] })).inconclusive).toBe(inconclusive + 1);
});

test('a run without a verdict is no pass, and is told as such', () => {
  expect(runErrors({ suites: [] })).toEqual([{ kind: 'inconclusive', text: 'nothing was tested' }]);
});
