import { answer, cell, expecting, identity } from './fixtures.ts';
import { changes, emptyTally, lastSeen, matches, missChance, record } from './tally.ts';
import type { Cell, Sight } from './types.ts';

const sights = {
  m: { kind: 'mtls', identity },
  p: { kind: 'plain' },
  '503': { kind: 'unavailable' },
  '56': { kind: 'refused', curlExit: 56 },
  '403': { kind: 'other', status: 403 },
  '-': { kind: 'unseen', why: 'the shell was lost' },
} satisfies Record<string, Sight>;

/** A tally of sights a millisecond apart, the first after one. */
function tallyOf(of: Cell, ...seen: (keyof typeof sights)[]) {
  const tally = emptyTally();
  for (const [at, key] of seen.entries()) record(tally, of, sights[key], at + 1);
  return tally;
}

describe('the run of right answers', () => {
  test.each<[string, (keyof typeof sights)[], number]>([
    ['grows with each', ['p', 'p', 'p'], 3],
    ['begins anew after a wrong one', ['p', 'p', 'm', 'p'], 1],
    ['and after one of another status', ['p', '403'], 0],
    ['and after one that could not be seen', ['p', 'p', '-'], 0],
    ['is empty at first', [], 0],
  ])('%s', (_, seen, streak) => {
    expect(tallyOf(cell('a→b', 'p'), ...seen).streak).toBe(streak);
  });

  test('knows which outcomes it holds, and forgets them when it begins anew', () => {
    const mixed = cell('a→b', ['m', 'p']);
    const inStreak = (...seen: (keyof typeof sights)[]) =>
      [...tallyOf(mixed, ...seen).inStreak].map(({ outcome }) => outcome.kind);
    expect(inStreak('m', 'm')).toEqual(['mtls']);
    expect(inStreak('m', 'p')).toEqual(['mtls', 'plain']);
    expect(inStreak('m', 'p', '503', 'p')).toEqual(['plain']);
    expect(inStreak('m', 'p', '-', 'm')).toEqual(['mtls']);
  });
});

describe('what was seen on the way', () => {
  test('first right, last wrong, flaps', () => {
    expect(tallyOf(cell('a→b', '56', 'p'), 'p', 'p', '56', 'p', '56', 'p', '56', '56')).toMatchObject({
      asked: 8,
      firstRightMs: 3,
      lastWrongMs: 6,
      flaps: 2,
      streak: 2,
      lastRight: true,
    });
  });

  test('what could not be seen is neither right nor wrong', () => {
    expect(tallyOf(cell('a→b', 'p'), '-', 'p', '-', 'p', '-')).toMatchObject({
      firstRightMs: 2,
      lastWrongMs: undefined,
      flaps: 0,
      lastRight: true,
    });
  });

  test('sights of one sort are counted, with the last answer as evidence', () => {
    const of = cell('a→b', 'p');
    const tally = emptyTally();
    record(tally, of, sights.p, 5, answer('p', { at: 5 }));
    record(tally, of, sights['56'], 7, answer(56, { at: 7 }));
    record(tally, of, sights.p, 9, answer('p', { at: 9 }));
    record(tally, of, sights['-'], 11);
    expect([...tally.seen.values()]).toEqual([
      { sight: sights.p, count: 2, firstMs: 5, lastMs: 9, evidence: answer('p', { at: 9 }) },
      { sight: sights['56'], count: 1, firstMs: 7, lastMs: 7, evidence: answer(56, { at: 7 }) },
      { sight: sights['-'], count: 1, firstMs: 11, lastMs: 11 },
    ]);
  });

  test('the step has arrived once an answer is right that would have been wrong before', () => {
    expect(tallyOf(cell('a→b', '56', 'p'), 'p', 'p').arrived).toBe(false);
    expect(tallyOf(cell('a→b', '56', 'p'), 'p', '56').arrived).toBe(true);
    expect(tallyOf(cell('a→b', 'p', ['m', 'p']), 'p', 'p').arrived).toBe(false);
    expect(tallyOf(cell('a→b', ['m', 'p'], 'p'), 'p', 'm').arrived).toBe(true);
    expect(tallyOf(cell('a→b', 'p'), 'p').arrived).toBe(false);
    expect(tallyOf(cell('a→b', '56', 'p'), '503', 'm', '-').arrived).toBe(false);
  });
});

test('an outcome matches its own sight alone', () => {
  const outcomes = { m: expecting('m'), p: expecting('p'), '503': expecting('503'), '56': expecting('56') };
  for (const [name, { outcomes: of }] of Object.entries(outcomes)) {
    for (const [seen, sight] of Object.entries(sights)) {
      expect({ name, seen, is: matches(of[0]?.outcome as never, sight) }).toEqual({ name, seen, is: name === seen });
    }
  }
});

test('another identity and another curl exit do not match', () => {
  const [mutual] = expecting('m').outcomes;
  const [reset] = expecting('52/56').outcomes;
  expect(matches(mutual?.outcome as never, { kind: 'mtls', identity: `${identity}x` })).toBe(false);
  expect(
    [7, 28, 35, 52, 55, 56].filter((curlExit) => matches(reset?.outcome as never, { kind: 'refused', curlExit })),
  ).toEqual([52, 56]);
});

test('the last that could be seen counts, else the last', () => {
  const seen = (key: keyof typeof sights, lastMs: number) => ({
    sight: sights[key],
    count: 1,
    firstMs: lastMs,
    lastMs,
  });
  expect(lastSeen([seen('p', 5), seen('503', 9), seen('-', 10)])?.sight.kind).toBe('unavailable');
  expect(lastSeen([seen('-', 10)])?.sight.kind).toBe('unseen');
  expect(lastSeen([])).toBeUndefined();
});

test('a step changes a cell whose outcomes are others than before, in whatever order', () => {
  expect(changes(cell('a→b', 'p'))).toBe(false);
  expect(changes(cell('a→b', ['m', 'p'], ['p', 'm']))).toBe(false);
  expect(changes(cell('a→b', ['m', 'p'], 'm'))).toBe(true);
  expect(changes(cell('a→b', '56', '52/56'))).toBe(true);
  const { before: _, ...fresh } = cell('a→b', 'p');
  expect(changes(fresh)).toBe(false);
});

test('the chance of having missed an outcome', () => {
  expect(missChance(expecting('p').outcomes, 1)).toBe(0);
  expect(missChance(expecting('m', 'p').outcomes, 0)).toBe(1);
  expect(missChance(expecting('m', 'p').outcomes, 1)).toBe(1);
  expect(missChance(expecting('m', 'p').outcomes, 20)).toBeGreaterThan(1e-6);
  expect(missChance(expecting('m', 'p').outcomes, 21)).toBeLessThan(1e-6);
  expect(missChance(expecting('m', 'p', '503').outcomes, 3)).toBeCloseTo(3 * (2 / 3) ** 3);
});

describe('the course', () => {
  test('is told in stretches of one sort, with their times', () => {
    expect(tallyOf(cell('a→b', 'p'), 'm', '403', 'p', 'p', 'p', '-', 'p').course).toEqual([
      { state: 'wrong', fromMs: 1, toMs: 2, count: 2 },
      { state: 'right', fromMs: 3, toMs: 5, count: 3 },
      { state: 'unseen', fromMs: 6, toMs: 6, count: 1 },
      { state: 'right', fromMs: 7, toMs: 7, count: 1 },
    ]);
  });

  test('is right all along where each endpoint answers as it should', () => {
    expect(tallyOf(cell('a→b', ['m', 'p']), 'm', 'p', 'm', 'm').course).toMatchObject([{ state: 'right', count: 4 }]);
  });

  test('does not grow without end, and loses no answer', () => {
    const flapping = Array.from({ length: 500 }, (_, at) => (at % 2 === 0 ? 'p' : 'm') as 'p' | 'm');
    const { course, flaps } = tallyOf(cell('a→b', 'p'), ...flapping);
    expect(course).toHaveLength(64);
    expect(course.at(-1)).toMatchObject({ fromMs: 64, toMs: 500, count: 437 });
    expect(flaps).toBe(250);
  });
});
