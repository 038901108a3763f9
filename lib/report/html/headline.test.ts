import { changed, resultsOf } from '../../results/fixtures.ts';
import type { UnsealedResults } from '../../results/types.ts';
import { verdictSentence } from './headline.ts';

const { suites, run } = resultsOf();
const [setup, strict, skipped] = suites as [(typeof suites)[0], (typeof suites)[0], (typeof suites)[0]];
const right = { ...setup, steps: setup.steps.slice(0, 1) };
const inconclusive = {
  ...strict,
  steps: strict.steps.map((step) =>
    step.kind === 'ask' ? { ...step, cells: step.cells.filter(({ verdict }) => verdict !== 'fail') } : step,
  ),
};

const required = {
  kind: 'check' as const,
  title: 'required',
  ms: 1,
  verdict: 'fail' as const,
  why: 'plain text',
  reasons: [{ code: 'not-mutual' as const, pair: 'web.shop → stock.shop', said: 'plain text' }],
};

test.each<[string, Partial<UnsealedResults>]>([
  [
    'The mesh conforms, but not every pair is mutual TLS: 1 of 2 failed',
    { suites: [{ ...right, steps: [...right.steps, required] }] },
  ],
  ['The mesh does not conform: 2 of 8 failed', {}],
  ['The mesh conforms: 1 of 1 passed', { suites: [right] }],
  ['The mesh conforms where it was tested: 1 of 1 passed', { suites: [right, skipped] }],
  ['Inconclusive: 1 of 5 could not be determined', { suites: [inconclusive] }],
  ['Inconclusive: no pass of this run can be trusted', { suites: [right], runErrors: ['a'] }],
  ['Inconclusive: nothing was tested', { suites: [] }],
  ['Interrupted after 1 passed, 0 failed and 0 inconclusive', { suites: [right], run: { ...run, interrupted: true } }],
])('%s', (sentence, changes) => {
  expect(verdictSentence(changed(changes))).toBe(sentence);
});
