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
