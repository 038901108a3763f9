import { leftWords, timeLeft } from './time-left.ts';

const S = 1_000;

test('before the first job has ended nothing is guessed', () => {
  expect(timeLeft({ took: [], running: [300 * S], waiting: 20, atOnce: 1 })).toBeUndefined();
});

test('what waits takes what those before took on average, and what runs the rest of it', () => {
  expect(timeLeft({ took: [40 * S, 20 * S], running: [10 * S], waiting: 3, atOnce: 1 })).toBe(110 * S);
});

test('with several at once it is that much shorter, though not shorter than what runs', () => {
  expect(timeLeft({ took: [30 * S], running: [0, 10 * S], waiting: 4, atOnce: 2 })).toBe(85 * S);
  expect(timeLeft({ took: [30 * S], running: [5 * S], waiting: 0, atOnce: 4 })).toBe(25 * S);
});

test('one that takes longer than usual has no rest, and not less than none', () => {
  expect(timeLeft({ took: [30 * S], running: [200 * S], waiting: 1, atOnce: 1 })).toBe(30 * S);
  expect(timeLeft({ took: [30 * S], running: [200 * S], waiting: 0, atOnce: 1 })).toBe(0);
  expect(timeLeft({ took: [30 * S], running: [], waiting: 0, atOnce: 1 })).toBe(0);
});

test.each([
  [0, 'less than a minute left'],
  [60 * S, 'less than a minute left'],
  [61 * S, 'about 2 min left'],
  [600 * S, 'about 10 min left'],
])('%i ms in words', (ms, words) => {
  expect(leftWords(ms)).toBe(words);
});
