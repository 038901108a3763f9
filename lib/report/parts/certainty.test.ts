import { cell } from '../../probe/fixtures.ts';
import { askOf, changed, resultsOf } from '../../results/fixtures.ts';
import type { AskResult, CellResult, Results } from '../../results/types.ts';
import { certaintyWords } from './certainty.ts';

const [first] = askOf(resultsOf()).cells as [CellResult];

/** Returns a run with a step for each number, whose one cell has so many counted answers. The first step changes it. */
const runWith = (...counts: number[]) =>
  changed({
    suites: [
      {
        name: 'strict',
        title: 'Locked',
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

test('a rare outcome hides what looks like it, unless many answers were asked for', () => {
  const { expectation } = cell('a→b', ['m', '~503']);
  const askIn = ({ suites: [suite] }: Results) => suite?.steps[0] as AskResult;
  const rarely = (counted: number) => {
    const run = runWith(90, 100);
    Object.assign(askIn(run).cells[0] as CellResult, { expectation, counted });
    Object.assign(run.run.limits, { missChance: 1e-6 });
    return certaintyWords(run)[0];
  };
  expect(rarely(90)).toContain('17 % at a pair that a step changes (90 answers), 0.098 % at any pair');
  expect(rarely(197)).toContain('1 % at a pair that a step changes (197 answers)');
});

test('of what is beyond telling it says so', () => {
  expect(certaintyWords(runWith(90, 200))[0]).toContain('below 0.01 % at any pair over the run (290 answers)');
});

test('a run that did not pass, or asked nothing, claims nothing', () => {
  expect(certaintyWords(resultsOf())).toEqual([]);
  expect(certaintyWords(changed({ suites: [] }))).toEqual([]);
});
