import { changed, resultsOf } from '../../results/fixtures.ts';
import type { Findings } from '../../results/types.ts';
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

test.each<[string, Partial<Findings>]>([
  ['The mesh does not conform: 2 of 8 wrong', {}],
  ['The mesh conforms: 1 of 1 right', { suites: [right] }],
  ['The mesh conforms as far as it was asked: 1 of 1 right', { suites: [right, skipped] }],
  ['Could not tell whether the mesh conforms: 1 of 5 inconclusive', { suites: [inconclusive] }],
  [
    'Could not tell whether the mesh conforms: no pass of this run can be trusted',
    { suites: [right], runErrors: ['a'] },
  ],
  ['Could not tell whether the mesh conforms: nothing was asked', { suites: [] }],
  [
    'Interrupted, with 1 right, 0 wrong and 0 inconclusive by then',
    { suites: [right], run: { ...run, interrupted: true } },
  ],
])('%s', (sentence, changes) => {
  expect(verdictSentence(changed(changes))).toBe(sentence);
});
