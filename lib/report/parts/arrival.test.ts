import { cell } from '../../probe/fixtures.ts';
import { askOf, resultsOf } from '../../results/fixtures.ts';
import type { AskResult } from '../../results/types.ts';
import { arrivalWords } from './arrival.ts';

/** Returns the fixture's step with all cells passed. */
function passing(propagation?: AskResult['propagation']): AskResult {
  const step = askOf(resultsOf());
  const { propagation: _, ...rest } = step;
  const cells = step.cells.map((cell) => ({ ...cell, verdict: 'pass' as const }));
  return { ...rest, cells, ...(propagation && { propagation }) };
}

test('when a step had settled', () => {
  expect(arrivalWords(passing({ firstRightMs: 160, lastWrongMs: 150, flaps: 0 }))[0]).toBe(
    'settled 160 ms after the change, 122 requests',
  );
  expect(arrivalWords(passing({ firstRightMs: 160, flaps: 0 }))[0]).toBe(
    'settled 160 ms after the change, 122 requests',
  );
});

test.each([
  [1, 'once'],
  [2, 'twice'],
  [3, '3 times'],
])('%i flaps, and it had settled with the last wrong answer, not the first right one', (flaps, words) => {
  expect(arrivalWords(passing({ firstRightMs: 160, lastWrongMs: 1_200, flaps }))[0]).toBe(
    `settled 1.2 s after the change (it went wrong again ${words} before), 122 requests`,
  );
});

test('a pair that was last wrong before another was first right is no contradiction', () => {
  expect(arrivalWords(passing({ firstRightMs: 171, lastWrongMs: 167, flaps: 1 }))[0]).toBe(
    'settled 171 ms after the change (it went wrong again once before), 122 requests',
  );
  const step = { ...askOf(resultsOf()), propagation: { firstRightMs: 171, lastWrongMs: 167, flaps: 0 } };
  expect(arrivalWords(step)[0]).toBe('not settled: first right 171 ms after the change, 122 requests');
});

test('what changes and does not pass has not settled; what does not change has no part in that', () => {
  const [words] = arrivalWords(askOf(resultsOf()));
  expect(words).toMatch(/^not settled: first right 160 ms/);
  const failing = askOf(resultsOf());
  failing.propagation = { firstRightMs: 160, flaps: 0 };
  expect(arrivalWords(failing)[0]).toMatch(/^not settled: first right 160 ms/);
  const step = passing({ firstRightMs: 160, flaps: 0 });
  step.cells = step.cells.map((cell) => ({ ...cell, verdict: cell.changes ? 'pass' : 'fail' }));
  expect(arrivalWords(step)[0]).toMatch(/^settled 160 ms/);
});

test('where nothing changes there are the requests alone', () => {
  expect(arrivalWords(passing())[0]).toBe('122 requests');
});

test('what was never right has not settled', () => {
  const { propagation: _, ...step } = askOf(resultsOf());
  expect(arrivalWords(step)[0]).toBe('not settled, 122 requests');
});

test('of a mixed pair it says that both endpoints were seen', () => {
  expect(arrivalWords(passing()).slice(1)).toEqual([
    'both endpoints of httpbin.partial observed from sleep.full in 42 answers',
  ]);
});

test('a rare outcome makes no pair mixed', () => {
  const step = passing();
  step.cells = step.cells.map((one) => ({ ...one, expectation: cell('a→b', ['m', '~503']).expectation }));
  expect(arrivalWords(step)).toHaveLength(1);
});

test('many mixed pairs are one sentence', () => {
  const step = passing();
  const mixed = step.cells.find(({ expectation }) => expectation.outcomes.length > 1);
  if (mixed === undefined) throw new Error('the fixture has no mixed pair');
  const counts = [42, 27, 30];
  step.cells = counts.map((counted) => ({ ...mixed, counted }));
  expect(arrivalWords(step)[1]).toBe('both endpoints observed by all 3 pairs of mixed servers, in 27 answers or more');
});
