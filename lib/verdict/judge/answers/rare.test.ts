import { expecting } from '../../../probe/fixtures.ts';
import { chanceOf, mostOf, rareOf, usual } from './rare.ts';

test('the usual outcomes, and the rare one', () => {
  const { outcomes } = expecting('m', 'p', '~503');
  const [mutual, plain, rare] = outcomes;
  expect(usual(outcomes)).toEqual([mutual, plain]);
  expect(rareOf(outcomes)).toBe(rare);
  expect(usual([mutual, plain] as never)).toEqual([mutual, plain]);
  expect(rareOf([mutual, plain] as never)).toBeUndefined();
});

describe('the chance of so many', () => {
  test.each([
    ['at least', 0, 10, 0.5, 1],
    ['at least', 1, 1, 0.25, 0.25],
    ['at least', 2, 3, 0.5, 0.5],
    ['at least', 3, 3, 0.1, 0.001],
    ['at least', 4, 3, 0.1, 0],
    ['at most', 0, 2, 0.1, 0.81],
    ['at most', 1, 2, 0.1, 0.99],
    ['at most', 2, 2, 0.1, 1],
    ['at most', 0, 90, 0.05, 0.95 ** 90],
    // With what no number can hold: 0.05 ** 300.
    ['at least', 300, 300, 0.05, 0],
    ['at most', 0, 20_000, 0.05, 0],
  ] as const)('%s %d of %d answers with a share of %d', (tail, times, answers, share, chance) => {
    expect(chanceOf(tail, times, answers, share)).toBeCloseTo(chance, 12);
  });

  test('is told down to what is hardly possible', () => {
    expect(chanceOf('at least', 60, 60, 1 / 8192) / (1 / 8192) ** 60).toBeCloseTo(1);
  });

  test.each([
    [7, 3, 0.3],
    [90, 2, 1 / 8192],
    [360, 30, 0.03],
  ])('of %d answers at most one fewer than %d is all the rest', (answers, times, share) => {
    expect(chanceOf('at least', times, answers, share) + chanceOf('at most', times - 1, answers, share)).toBeCloseTo(
      1,
      12,
    );
  });
});

describe('how many answers may be rare', () => {
  test.each([
    [7, 1 / 8192, 1],
    [90, 1 / 8192, 2],
    [197, 1 / 8192, 3],
    [90, 1 / 1_594_323, 1],
    // Once in so few is less likely than the limit.
    [1, 1 / 1_594_323, 0],
    [90, 0.03, 13],
  ])('of %d with a share of %d: %d', (answers, share, most) => {
    const bound = { share, limit: 1e-6 };
    expect(mostOf(answers, bound)).toBe(most);
    expect(chanceOf('at least', most, answers, share)).toBeGreaterThanOrEqual(bound.limit);
    expect(chanceOf('at least', most + 1, answers, share)).toBeLessThan(bound.limit);
  });

  test('never more than all', () => {
    expect(mostOf(3, { share: 0.04, limit: 0 })).toBe(3);
  });
});
