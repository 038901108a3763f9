import { answer, cell, expecting, hash, identity, type Wanted } from '../../../probe/fixtures.ts';
import type { Cell } from '../../../probe/types.ts';
import type { Seen } from '../../judgement.ts';
import { notObserved } from '../../observation.ts';
import type { Answerer, Observation } from '../../observed.ts';
import type { AnswerPhase } from '../../record/asked.ts';
import { changes, changesUnseen } from './changes.ts';
import { emptyTally, lastSeen, matches, missChance, rareIn, record } from './tally.ts';

const observations = {
  m: { kind: 'mtls', identity },
  p: { kind: 'plain' },
  '503': { kind: 'unavailable' },
  '56': { kind: 'refused', curlExit: 56 },
  '403': { kind: 'other', status: 403 },
  '-': notObserved({ code: 'curl-failed', curlExit: 28, message: 'timed out' }),
} satisfies Record<string, Observation>;

type Key = keyof typeof observations;

/** Returns a tally of answers in one part of the step, at 1 ms, 2 ms, and so on. */
function tallyIn(part: AnswerPhase, of: Cell, ...seen: Key[]) {
  const tally = emptyTally();
  for (const [at, key] of seen.entries())
    record(tally, of, { observation: observations[key], atMs: at + 1, sinceMs: at + 1, part, answer: answer('p') });
  return tally;
}

/** Returns such a tally for tests in which the part does not matter. */
const tallyOf = (of: Cell, ...seen: Key[]) => tallyIn('arrival', of, ...seen);

describe('what counts', () => {
  const plain = cell('a→b', 'p', '56');

  test('nothing before the step’s arrival, right or wrong', () => {
    expect(tallyIn('arrival', plain, 'p', '56', '403', '-')).toMatchObject({
      requests: 4,
      sinceArrival: 0,
      counted: 0,
      wrong: 0,
      unread: 0,
      outcomes: new Set(),
    });
  });

  test('nothing in the grace for pooled connections either, but it uses them up', () => {
    expect(tallyIn('grace', plain, 'p', '56', 'p', '-')).toMatchObject({
      requests: 4,
      sinceArrival: 3,
      counted: 0,
      wrong: 0,
      unread: 0,
      outcomes: new Set(),
    });
  });

  test('every answer of the sample, and each wrong one is held against the mesh', () => {
    expect(tallyIn('sample', plain, 'p', 'p', '56', 'p', '403', 'm', 'p')).toMatchObject({
      requests: 7,
      sinceArrival: 7,
      counted: 7,
      wrong: 3,
      unread: 0,
    });
  });

  test('a right answer after a wrong one takes nothing back', () => {
    expect(tallyIn('sample', plain, '56', ...Array<Key>(200).fill('p'))).toMatchObject({ counted: 201, wrong: 1 });
  });

  test('an answer of the sample that could not be read is not left out, but is no answer', () => {
    expect(tallyIn('sample', plain, 'p', '-', 'p', '-')).toMatchObject({
      requests: 4,
      counted: 2,
      wrong: 0,
      unread: 2,
    });
  });

  test('a client that was lost brought no answer that could not be read', () => {
    const tally = tallyIn('sample', plain, 'p');
    record(tally, plain, {
      observation: notObserved({ code: 'client-lost', error: 'the shell was lost' }),
      atMs: 2,
      sinceMs: 2,
      part: 'sample',
      lost: true,
    });
    expect(tally).toMatchObject({ requests: 2, counted: 1, unread: 0 });
  });

  test('which outcomes the sample holds, whatever came before it', () => {
    const mixed = cell('a→b', ['m', 'p']);
    const held = (part: AnswerPhase, ...seen: Key[]) =>
      [...tallyIn(part, mixed, ...seen).outcomes].map(({ outcome }) => outcome.kind);
    expect(held('sample', 'm', 'm')).toEqual(['mtls']);
    expect(held('sample', 'm', 'p', '503', 'p')).toEqual(['mtls', 'plain']);
    expect(held('sample', '503', '-')).toEqual([]);
    expect(held('grace', 'm', 'p')).toEqual([]);
  });
});

describe('what was seen on the way', () => {
  test('first right, last wrong, flaps', () => {
    expect(tallyOf(cell('a→b', '56', 'p'), 'p', 'p', '56', 'p', '56', 'p', '56', '56')).toMatchObject({
      requests: 8,
      firstRightMs: 3,
      lastWrongMs: 6,
      flaps: 2,
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

  test('nor does it hide that what was right is wrong again', () => {
    expect(tallyOf(cell('a→b', 'p'), 'p', '-', 'm')).toMatchObject({ flaps: 1, lastRight: false });
  });

  test('what was wrong from the beginning does not flap', () => {
    expect(tallyOf(cell('a→b', 'p'), 'm', 'm', 'p')).toMatchObject({ flaps: 0, firstRightMs: 3, lastWrongMs: 2 });
  });

  test('observations of one sort are counted, with how many of them count and who gave wrong ones', () => {
    const of = cell('a→b', 'p');
    const tally = emptyTally();
    record(tally, of, {
      observation: observations.p,
      atMs: 5,
      sinceMs: 5,
      part: 'grace',
      answer: answer('p', { at: 5 }),
      by: 'application',
    });
    record(tally, of, {
      observation: observations['56'],
      atMs: 7,
      sinceMs: 7,
      part: 'sample',
      answer: answer(56, { at: 7 }),
      by: 'nobody',
    });
    record(tally, of, {
      observation: { ...observations.p },
      atMs: 9,
      sinceMs: 9,
      part: 'sample',
      answer: answer('p', { at: 9 }),
      by: 'application',
    });
    record(tally, of, {
      observation: observations['-'],
      atMs: 11,
      sinceMs: 11,
      part: 'sample',
      answer: answer(28, { at: 11 }),
      by: 'nobody',
    });
    record(tally, of, { observation: observations['-'], atMs: 13, sinceMs: 13, part: 'sample', lost: true });
    expect([...tally.seen.values()]).toEqual([
      { observation: observations.p, count: 2, counted: 1, firstMs: 5, lastMs: 9, evidence: answer('p', { at: 9 }) },
      {
        observation: observations['56'],
        count: 1,
        counted: 1,
        firstMs: 7,
        lastMs: 7,
        evidence: answer(56, { at: 7 }),
        by: ['nobody'],
      },
      {
        observation: observations['-'],
        count: 2,
        counted: 0,
        firstMs: 11,
        lastMs: 13,
        evidence: answer(28, { at: 11 }),
        by: ['nobody'],
      },
    ]);
  });

  test('the evidence is the first answer that counts, and who gave it; until one counts, the latest', () => {
    const of = cell('full→full', 'm');
    const tally = emptyTally();
    const wrong = (at: number, part: AnswerPhase, by: Answerer): Seen | undefined => {
      const one = { observation: observations['503'], atMs: at, sinceMs: at, part, by };
      record(tally, of, { ...one, answer: answer(503, { at }) });
      return [...tally.seen.values()][0];
    };
    expect(wrong(1, 'arrival', 'client-sidecar')).toMatchObject({ evidence: { at: 1 }, by: ['client-sidecar'] });
    expect(wrong(2, 'grace', 'client-sidecar')).toMatchObject({ evidence: { at: 2 }, by: ['client-sidecar'] });
    expect(wrong(3, 'sample', 'server-sidecar')).toMatchObject({ evidence: { at: 3 }, by: ['server-sidecar'] });
    expect(wrong(4, 'sample', 'server-sidecar')).toMatchObject({ evidence: { at: 3 }, by: ['server-sidecar'] });
    expect(wrong(5, 'sample', 'client-sidecar')).toMatchObject({
      evidence: { at: 3 },
      by: ['server-sidecar', 'client-sidecar'],
    });
  });
});

describe('the step has arrived', () => {
  test('once an answer is right that would have been wrong before', () => {
    expect(tallyOf(cell('a→b', '56', 'p'), 'p', 'p').arrivedMs).toBeUndefined();
    expect(tallyOf(cell('a→b', '56', 'p'), 'p', '56', '56').arrivedMs).toBe(2);
    expect(tallyOf(cell('a→b', ['m', 'p'], 'p'), 'p', 'p', 'm').arrivedMs).toBe(3);
    expect(tallyOf(cell('a→b', ['m', 'p'], 'p'), ...Array<Key>(99).fill('p')).arrivedMs).toBeUndefined();
    expect(tallyOf(cell('a→b', '56', 'p'), '503', 'm', '-').arrivedMs).toBeUndefined();
  });

  test('where an answer could have come before, once a row of them hardly could', () => {
    const partly = cell('a→b', 'p', ['m', 'p']);
    expect(tallyOf(partly, ...Array<Key>(19).fill('p')).arrivedMs).toBeUndefined();
    expect(tallyOf(partly, ...Array<Key>(25).fill('p')).arrivedMs).toBe(20);
    expect(tallyOf(partly, ...Array<Key>(19).fill('p'), 'm', ...Array<Key>(19).fill('p')).arrivedMs).toBeUndefined();
    expect(tallyOf(partly, ...Array<Key>(19).fill('p'), '-', 'p').arrivedMs).toBe(21);
  });

  test('not by a rare answer, and by what was rare before only once it came again', () => {
    expect(tallyOf(cell('a→b', ['m', '~503'], 'p'), '503', '503').arrivedMs).toBeUndefined();
    expect(tallyOf(cell('a→b', ['m', '~503'], 'p'), '503', 'm').arrivedMs).toBe(2);
    expect(tallyOf(cell('a→b', '503', ['m', '~503']), '503').arrivedMs).toBeUndefined();
    expect(tallyOf(cell('a→b', '503', ['m', '~503']), '503', '503').arrivedMs).toBe(2);
    expect(tallyOf(cell('a→b', '503', ['m', '~503']), '503', 'm', '503').arrivedMs).toBeUndefined();
  });

  test('and stays so, whatever comes later', () => {
    expect(tallyOf(cell('a→b', '56', 'p'), '56', 'p', 'p', '56').arrivedMs).toBe(1);
  });

  test('and never shows in a pair that it does not change, or of which nothing is known', () => {
    expect(tallyOf(cell('a→b', 'p'), 'p').arrivedMs).toBeUndefined();
    const { before: _, ...fresh } = cell('a→b', 'p');
    expect(tallyOf(fresh, 'p').arrivedMs).toBeUndefined();
  });
});

describe('an answer like the rare outcome', () => {
  const rarely = cell('a→b', ['m', '~503'], '503');

  test('is from before the step if it was usual then, until the sample', () => {
    expect(tallyIn('arrival', rarely, '503', 'm', '503')).toMatchObject({ firstRightMs: 2, lastWrongMs: 3, flaps: 1 });
    expect(tallyIn('grace', rarely, '503')).toMatchObject({ firstRightMs: undefined, lastWrongMs: 1 });
    expect(tallyIn('sample', rarely, 'm', '503')).toMatchObject({ lastWrongMs: undefined, wrong: 0, counted: 2 });
  });

  test('is a right one otherwise', () => {
    expect(tallyIn('arrival', cell('a→b', ['m', '~503'], 'p'), 'm', '503')).toMatchObject({
      flaps: 0,
      lastRight: true,
    });
    expect(tallyIn('arrival', cell('a→b', ['m', '~503']), 'm', '503')).toMatchObject({ flaps: 0, lastRight: true });
  });

  test('is counted, with the chance of so many', () => {
    const { seen } = tallyIn('sample', rarely, 'm', '503', 'm', '503', '-');
    expect(rareIn(rarely.expectation.outcomes, [...seen.values()])).toMatchObject({ times: 2, answers: 4 });
    const once = tallyIn('sample', rarely, 'm', '503', 'm');
    expect(rareIn(rarely.expectation.outcomes, [...once.seen.values()])?.chance).toBeCloseTo(3 / 8192, 6);
    expect(rareIn(rarely.expectation.outcomes, [...tallyIn('grace', rarely, 'm', '503').seen.values()])).toMatchObject({
      times: 0,
      answers: 0,
      chance: 1,
    });
    expect(rareIn(expecting('m', '503').outcomes, [...seen.values()])).toBeUndefined();
  });
});

test('a denial is a 403, gRPC status 7, or an answer that was lost, and nothing else', () => {
  const denied = { outcome: { kind: 'denied' }, endpoints: ['full/0'], share: 1 } as const;
  const is = (observation: Observation) => matches(denied as never, observation);
  expect(is({ kind: 'other', status: 403 })).toBe(true);
  expect(is({ kind: 'other', status: 200, grpcStatus: 7 })).toBe(true);
  expect(is({ kind: 'other', status: 404 })).toBe(false);
  expect(is({ kind: 'other', status: 200, grpcStatus: 13 })).toBe(false);
  expect(is({ kind: 'unavailable' })).toBe(false);
  expect(is({ kind: 'unavailable', lost: true })).toBe(true);
  expect(is({ kind: 'refused', curlExit: 56 })).toBe(false);
});

test('an outcome matches its own observation alone', () => {
  const outcomes = { m: expecting('m'), p: expecting('p'), '503': expecting('503'), '56': expecting('56') };
  for (const [name, { outcomes: of }] of Object.entries(outcomes)) {
    for (const [seen, observation] of Object.entries(observations)) {
      expect({ name, seen, is: matches(of[0] as never, observation) }).toEqual({
        name,
        seen,
        is: name === seen,
      });
    }
  }
});

test('another identity and another curl exit do not match', () => {
  const [mutual] = expecting('m').outcomes;
  const [reset] = expecting('52/56').outcomes;
  expect(matches(mutual as never, { kind: 'mtls', identity: `${identity}x` })).toBe(false);
  expect([7, 28, 35, 52, 55, 56].filter((curlExit) => matches(reset as never, { kind: 'refused', curlExit }))).toEqual([
    52, 56,
  ]);
});

describe('over a protocol that does not tell mutual TLS from plain text', () => {
  const tcp = (wanted: Wanted | Wanted[], before?: Wanted | Wanted[]) => ({
    ...cell('a→b', wanted, before),
    protocol: 'tcp' as const,
  });
  const answered = (workload: string): Observation => ({ kind: 'answered', workload });

  test('an answer is either, of a workload that may give it', () => {
    const [mutual, plain] = expecting('m', 'p').outcomes;
    expect(matches(mutual as never, answered('full/0'))).toBe(true);
    expect(matches(mutual as never, answered('full/1'))).toBe(false);
    expect(matches(plain as never, answered('full/1'))).toBe(true);
    expect(matches(expecting('56').outcomes[0] as never, answered('full/0'))).toBe(false);
  });

  test('a change between the two cannot be seen, any other can', () => {
    expect([changes(tcp('p', 'm')), changesUnseen(tcp('p', 'm'))]).toEqual([false, true]);
    expect([changes(tcp('56', 'm')), changesUnseen(tcp('56', 'm'))]).toEqual([true, false]);
    expect([changes(tcp(['m', '56'], ['m', 'p'])), changesUnseen(tcp('m'))]).toEqual([true, false]);
    expect([changes(cell('a→b', 'p', 'm')), changesUnseen(cell('a→b', 'p', 'm'))]).toEqual([true, false]);
  });
});

test('the last that could be seen counts, else the last', () => {
  const seen = (key: Key, lastMs: number) => ({
    observation: observations[key],
    count: 1,
    counted: 0,
    firstMs: lastMs,
    lastMs,
  });
  expect(lastSeen([seen('p', 5), seen('503', 9), seen('-', 10)])?.observation.kind).toBe('unavailable');
  expect(lastSeen([seen('-', 10)])?.observation.kind).toBe('not-observed');
  expect(lastSeen([])).toBeUndefined();
});

test('a step changes a cell whose outcomes are others than before, in whatever order', () => {
  expect(changes(cell('a→b', 'p'))).toBe(false);
  expect(changes(cell('a→b', ['m', 'p'], ['p', 'm']))).toBe(false);
  expect(changes(cell('a→b', ['m', 'p'], 'm'))).toBe(true);
  expect(changes(cell('a→b', '56', '52/56'))).toBe(true);
  expect(changes(cell('a→b', ['m', '~503'], 'm'))).toBe(false);
  expect(changes(cell('a→b', 'm', ['m', '~503']))).toBe(false);
  expect(changes(cell('a→b', ['m', '~503'], '503'))).toBe(true);
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
  expect(missChance(expecting('m', '~503').outcomes, 1)).toBe(0);
  expect(missChance(expecting('m', 'p', '~503').outcomes, 20)).toBe(missChance(expecting('m', 'p').outcomes, 20));
});

describe('the timeline', () => {
  test('is told in intervals of one sort, with their times', () => {
    expect(tallyOf(cell('a→b', 'p'), 'm', '403', 'p', 'p', 'p', '-', 'p').timeline).toEqual([
      { state: 'wrong', fromMs: 1, toMs: 2, count: 2 },
      { state: 'right', fromMs: 3, toMs: 5, count: 3 },
      { state: 'not-observed', fromMs: 6, toMs: 6, count: 1 },
      { state: 'right', fromMs: 7, toMs: 7, count: 1 },
    ]);
  });

  test('is right all along where each endpoint answers as it should', () => {
    expect(tallyOf(cell('a→b', ['m', 'p']), 'm', 'p', 'm', 'm').timeline).toMatchObject([{ state: 'right', count: 4 }]);
  });

  test('does not grow without end, and loses no answer', () => {
    const flapping = Array.from({ length: 500 }, (_, at) => (at % 2 === 0 ? 'p' : 'm') as Key);
    const { timeline, flaps } = tallyOf(cell('a→b', 'p'), ...flapping);
    expect(timeline).toHaveLength(64);
    expect(timeline.at(-1)).toMatchObject({ fromMs: 64, toMs: 500, count: 437 });
    expect(flaps).toBe(250);
  });
});

test('the certificates of counted answers over mutual TLS are kept, and that one had none', () => {
  const shown = (part: AnswerPhase, certificate?: string, observation: Observation = observations.m): Set<string> => {
    const tally = emptyTally();
    record(tally, cell('full→full', 'm'), { observation, atMs: 1, sinceMs: 1, part, answer: answer('m'), certificate });
    return tally.certificates;
  };
  expect(shown('sample', hash)).toEqual(new Set([hash]));
  expect(shown('grace', hash)).toEqual(new Set());
  expect(shown('sample')).toEqual(new Set(['']));
  expect(shown('sample', undefined, observations.p)).toEqual(new Set());
});
