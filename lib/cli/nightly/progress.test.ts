import type { Progress } from '../../platform/progress.ts';
import { nightBoard } from './progress.ts';

test('it counts what is done, shows what is said, and guesses nothing before the first release is done', () => {
  const shown: Progress[] = [];
  let now = 0;
  const board = nightBoard({ total: 4, atOnce: 1, onProgress: (one) => shown.push(one), now: () => now });
  const first = board.begin('1.31');
  now = 20_000;
  first.onLine('Istio: installing 1.31');
  now = 90_000;
  expect(first.ended()).toBe(90_000);
  const second = board.begin('1.30');
  now = 150_000;
  second.onLine('step: STRICT');
  second.ended();
  expect(shown.map(({ done, total, detail }) => [done, total, detail])).toEqual([
    [0, 4, 'Istio 1.31: starting'],
    [0, 4, 'Istio 1.31: Istio: installing 1.31'],
    // Three jobs of 90 s are left.
    [1, 4, 'about 5 min left · Istio 1.30: starting'],
    // Two jobs of 90 s are left, and 30 s of the second job.
    [1, 4, 'about 4 min left · Istio 1.30: step: STRICT'],
  ]);
});

test('with two at once the rest takes half as long', () => {
  const shown: Progress[] = [];
  let now = 0;
  const board = nightBoard({ total: 6, atOnce: 2, onProgress: (one) => shown.push(one), now: () => now });
  const [first] = [board.begin('1.31'), board.begin('1.30')];
  now = 120_000;
  first.ended();
  board.begin('1.29');
  // Four jobs of 120 s are left, two at a time; the second job should end now.
  expect(shown.at(-1)?.detail).toBe('about 4 min left · Istio 1.29: starting');
});
