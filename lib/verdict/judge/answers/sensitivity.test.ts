import { answersFor, chanceOfMissing } from './sensitivity.ts';

test.each([
  [0.05, 0.01, 90],
  [0.01, 0.01, 459],
  [0.1, 0.01, 44],
  [0.05, 0.001, 135],
  [0.5, 1e-6, 20],
])('a share of %d, missed with a chance below %d, takes %d answers', (share, chance, answers) => {
  expect(answersFor({ share, chance })).toBe(answers);
});

test.each([0.01, 0.05, 0.2, 0.5, 0.9])(
  'where %d is wrong, so many miss it with less than the chance, one fewer do not',
  (share) => {
    for (const chance of [0.1, 0.01, 1e-6]) {
      const answers = answersFor({ share, chance });
      expect(chanceOfMissing(share, answers)).toBeLessThan(chance);
      expect(chanceOfMissing(share, answers - 1)).toBeGreaterThanOrEqual(chance);
    }
  },
);

describe('beside a rare outcome that looks like it', () => {
  const rare = { share: 1 / 8192, limit: 1e-6 };

  test.each([
    [0.05, 197],
    [0.1, 81],
    [0.01, 1154],
  ])('a share of %d takes more answers, as several may be rare: %d', (share, answers) => {
    const wanted = { share, chance: 0.01 };
    expect(answersFor(wanted, rare)).toBe(answers);
    expect(chanceOfMissing(share, answers, rare)).toBeLessThan(0.01);
  });

  test('the usual number would miss it far more often, with up to two of 90', () => {
    const none = 0.95 ** 90;
    expect(chanceOfMissing(0.05, 90, { ...rare, share: 1e-12 })).toBeCloseTo(none);
    expect(chanceOfMissing(0.05, 90, rare)).toBeCloseTo(none * (1 + 90 * (0.05 / 0.95) + 4005 * (0.05 / 0.95) ** 2), 2);
  });

  test('but not more than four times as many, whatever may be missed', () => {
    const answers = answersFor({ share: 0.05, chance: 0.01 }, { share: 0.0297, limit: 1e-6 });
    expect(answers).toBeLessThan(90 * 4 * 1.02);
    expect(chanceOfMissing(0.05, answers, { share: 0.0297, limit: 1e-6 })).toBeGreaterThan(0.01);
  });
});

test('a chance that is met exactly is not rarer', () => {
  expect(answersFor({ share: 0.5, chance: 0.25 })).toBe(3);
});

test('what is wrong always takes one answer to find, not none', () => {
  expect(answersFor({ share: 1, chance: 0.01 })).toBe(1);
});

test('no answer misses everything, and none is missed of what is always wrong', () => {
  expect(chanceOfMissing(0.05, 0)).toBe(1);
  expect(chanceOfMissing(1, 1)).toBe(0);
  expect(chanceOfMissing(0.05, 2)).toBeCloseTo(0.9025);
});
