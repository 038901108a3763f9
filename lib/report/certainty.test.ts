import { askOf, changed, resultsOf } from '../results/fixtures.ts';
import type { CellResult } from '../results/types.ts';
import { certaintyWords } from './certainty.ts';

const [first] = askOf(resultsOf()).cells as [CellResult];

/** Returns a run with a step for each number, whose one cell has so many counted answers. The first step changes it. */
const runWith = (...counts: number[]) =>
  changed({
    suites: [
      {
        ...{ name: 'strict', title: 'Locked' },
        steps: counts.map((counted, at) => ({
          ...askOf(resultsOf()),
          cells: [{ ...first, verdict: 'pass', counted, changes: at === 0 }],
        })),
      },
    ],
  });

test('a run that passed says what it may have missed, in a step and over the run', () => {
  expect(certaintyWords(runWith(90, 21, 21))).toEqual([
    'probability of having missed 5 % wrong answers: 0.99 % at a pair that a step changes (90 answers), 0.11 % at any pair over the run (132 answers)',
  ]);
});

test('of what is beyond telling it says so', () => {
  expect(certaintyWords(runWith(90, 200))[0]).toContain('below 0.01 % at any pair over the run (290 answers)');
});

test('a run that did not pass, or asked nothing, claims nothing', () => {
  expect(certaintyWords(resultsOf())).toEqual([]);
  expect(certaintyWords(changed({ suites: [] }))).toEqual([]);
});
