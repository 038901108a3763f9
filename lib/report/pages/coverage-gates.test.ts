import { resultsOf } from '../../results/fixtures.ts';
import type { AskResult, Results } from '../../results/types.ts';
import { gatesMarkdown } from './coverage-gates.ts';

/** Results of a release whose steps that ask are these, by title, each with one cell of this verdict. */
function resultsWith(release: string, verdicts: Record<string, AskResult['cells'][number]['verdict']>): Results {
  const results = resultsOf();
  const ask = results.suites.flatMap(({ steps }) => steps).find((step) => step.kind === 'ask') as AskResult;
  const [cell] = ask.cells;
  const steps = Object.entries(verdicts).map(([title, verdict]) => ({
    ...ask,
    title,
    cells: [{ ...(cell as AskResult['cells'][number]), verdict }],
  }));
  return { ...results, istio: { ...results.istio, release }, suites: [{ name: 'rules', title: 'rules', steps }] };
}

const suite = 'rules';
const steps = [
  { suite, step: 'always: says', since: '1.10' },
  { suite, step: 'old: says', since: '1.10', until: '1.12' },
  { suite, step: 'new: says', since: '1.12' },
];
const rowOf = (...all: Results[]) => gatesMarkdown(steps, all).split('\n').slice(4);

test('either side on the release nearest to the gate; the oldest release asked is no gate', () => {
  const row = rowOf(
    resultsWith('1.9', { 'old: says': 'fail' }),
    resultsWith('1.11', { 'old: says': 'pass' }),
    resultsWith('1.12', { 'new: says': 'pass' }),
    resultsWith('1.31', { 'new: says': 'fail' }),
  );
  expect(row).toEqual(['| 1.12 | 1.11: old seen | 1.12: new seen |']);
});

test('the worst of several runs counts, and what was not asked is not seen', () => {
  const old = resultsWith('1.11', { 'old: says': 'pass' });
  expect(rowOf(old, resultsWith('1.11', { 'old: says': 'inconclusive' }))).toEqual([
    '| 1.12 | 1.11: old ? | not asked |',
  ]);
  expect(rowOf(resultsWith('1.11', {}), resultsWith('1.12', { 'new: says': 'fail' }))).toEqual([
    '| 1.12 | 1.11: old not asked | 1.12: new **fails** |',
  ]);
});
