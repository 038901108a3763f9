import { answer, cell, headersBody, type Reply, xfcc } from './fixtures.ts';
import { answering, type BatchAnswer, observationsOf, roundsOf } from './rounds.ts';
import type { Cell } from './types.ts';

const seenOf = (batch: BatchAnswer[]) => observationsOf(batch, new Map());

const cells = { a: cell('legacy→a', 'p'), b: cell('legacy→b', '56') };

/** Returns the kinds of a batch's observations. Each pair is a server's letter and its reply. */
const kinds = (...batch: [keyof typeof cells, Reply][]): string[] =>
  seenOf(batch.map(([server, reply]) => ({ cell: cells[server], answer: answer(reply), atOnce: false }))).map(
    ({ kind }) => kind,
  );

describe('a refusal counts only with a positive control around it', () => {
  test.each<[string, [keyof typeof cells, Reply][], string]>([
    [
      'before and after',
      [
        ['a', 'p'],
        ['b', 56],
        ['a', 'p'],
      ],
      'refused',
    ],
    [
      'further away',
      [
        ['a', 'p'],
        ['b', 56],
        ['b', 56],
        ['b', 56],
        ['a', 'm'],
      ],
      'refused',
    ],
    [
      'by the same server, which so shows that the client is well',
      [
        ['b', 'p'],
        ['b', 56],
        ['b', 'p'],
      ],
      'refused',
    ],
    [
      '503 as well',
      [
        ['a', 'p'],
        ['b', 503],
        ['a', 'p'],
      ],
      'unavailable',
    ],
    [
      'only before',
      [
        ['a', 'p'],
        ['b', 56],
      ],
      'not-observed',
    ],
    [
      'only after',
      [
        ['b', 56],
        ['a', 'p'],
      ],
      'not-observed',
    ],
    [
      'neither',
      [
        ['b', 56],
        ['b', 56],
        ['b', 56],
      ],
      'not-observed',
    ],
    [
      '503 without',
      [
        ['b', 503],
        ['b', 503],
      ],
      'not-observed',
    ],
    [
      'another status is no control',
      [
        ['a', 404],
        ['b', 56],
        ['a', 404],
      ],
      'not-observed',
    ],
    [
      'nor is 503',
      [
        ['a', 503],
        ['b', 56],
        ['a', 503],
      ],
      'not-observed',
    ],
    [
      'nor is a refusal',
      [
        ['a', 56],
        ['b', 56],
        ['a', 56],
      ],
      'not-observed',
    ],
  ])('%s', (_, go, wanted) => {
    const at = go.findIndex(([server, reply]) => server === 'b' && typeof reply === 'number');
    expect(kinds(...go)[at]).toBe(wanted);
  });

  test('what has no control says so', () => {
    const whys = ([56, 503] as const).flatMap((reply) =>
      seenOf([{ cell: cells.b, answer: answer(reply), atOnce: false }]),
    );
    expect(whys).toEqual([
      {
        ...{ kind: 'not-observed', because: { code: 'no-control', client: 'legacy', got: 'curl exit 56' } },
        why: 'curl exit 56, but nothing answered legacy before and after: no positive control',
      },
      {
        ...{ kind: 'not-observed', because: { code: 'no-control', client: 'legacy', got: '503' } },
        why: '503, but nothing answered legacy before and after: no positive control',
      },
    ]);
  });

  test('a control makes no DNS error a refusal', () => {
    expect(kinds(['a', 'p'], ['b', 6], ['a', 'p'])).toEqual(['plain', 'not-observed', 'plain']);
  });
});

describe('many asked at once, whose bodies are not kept', () => {
  const control = { cell: cells.a, answer: answer('p'), atOnce: false };
  const atOnce = (reply: Reply) => ({ cell: cells.b, answer: answer(reply, { body: '' }), atOnce: true });

  test('show a refusal or 503 beside a control that is asked by itself', () => {
    expect(seenOf([control, atOnce(503), atOnce(56), control])).toMatchObject([
      { kind: 'plain' },
      { kind: 'unavailable' },
      { kind: 'refused', curlExit: 56 },
      { kind: 'plain' },
    ]);
  });

  test('are no control to each other, though they are answered', () => {
    expect(seenOf([atOnce('p'), atOnce(503), atOnce('p')])[1]).toMatchObject({ kind: 'not-observed' });
  });

  test('show nothing of mutual TLS by an answer, which is not what was expected', () => {
    expect(seenOf([control, atOnce('p'), control])[1]).toEqual({ kind: 'other', status: 200 });
    const told = answer('p', { body: headersBody({ 'X-Forwarded-Client-Cert': xfcc }) });
    expect(seenOf([control, { ...atOnce('p'), answer: told }, control])[1]).toEqual({
      kind: 'other',
      status: 200,
    });
  });
});

test('a broken answer is no control', () => {
  const broken = { cell: cells.a, answer: answer('p', { curlExit: 18 }), atOnce: false };
  expect(seenOf([broken, { cell: cells.b, answer: answer(56), atOnce: false }, broken])[1]).toMatchObject({
    kind: 'not-observed',
  });
});

test('a control is a server of which the model expects answers alone, but for a rare outcome', () => {
  const wanted = ['m', 'p', '503', '56', ['m', 'p'], ['p', '503'], ['p', '~503']] as const;
  expect(wanted.map((one) => answering(cell('a→b', one as never)))).toEqual([
    ...[true, true, false, false, true, false, true],
  ]);
  const sure = cell('a→b', 'm');
  expect(answering({ ...sure, expectation: { ...sure.expectation, notJudged: ['x'] } })).toBe(false);
});

describe('a batch', () => {
  const [refusing, partial] = [cell('legacy→full', '56'), cell('legacy→partial', ['p', '503'])];
  const [legacy, other, third] = [cell('legacy→legacy', 'p'), cell('legacy→other', 'p'), cell('legacy→third', 'p')];
  const never = () => false;

  /** Returns the servers asked, with a line for each round. */
  const lines = (own: Cell[], times: (cell: Cell) => number, atOnce: (cell: Cell) => boolean = never) =>
    roundsOf(own, times, atOnce).map((round) => {
      const names = round.cells.map(({ id }) => id.split('→')[1]);
      if (!round.atOnce) return names.join(' ');
      return `${[...new Set(names)].join(' and ')} ${names.length}× at once`;
    });

  test('asks each server in turn, and those that should answer at both ends', () => {
    expect(lines([refusing, partial, legacy], () => 2)).toEqual([
      'legacy full partial legacy full partial legacy legacy',
    ]);
  });

  test('has two controls where there are two, so that one which fails does not hide the others', () => {
    expect(lines([refusing, legacy, other, third], () => 1)).toEqual([
      'legacy other full legacy other third legacy other',
    ]);
  });

  test('asks each cell as often as it wants, and its controls also where they want nothing', () => {
    const times = new Map([
      [refusing, 3],
      [legacy, 0],
      [other, 1],
    ]);
    expect(lines([refusing, legacy, other], (cell) => times.get(cell) as number)).toEqual([
      'legacy other full other full full legacy other',
    ]);
  });

  test('asks many at once between its controls, in one process for all cells', () => {
    const slow = [cell('full→full', '503'), cell('full→partial', '503')];
    expect(
      lines(
        [...slow, legacy],
        () => 30,
        (cell) => slow.includes(cell),
      ),
    ).toEqual([`legacy${' legacy'.repeat(30)}`, 'full and partial 60× at once', 'legacy']);
  });

  test('but not one alone', () => {
    expect(
      lines(
        [refusing, legacy],
        () => 1,
        (cell) => cell === refusing,
      ),
    ).toEqual(['legacy full legacy legacy']);
  });

  test('has no controls where no server should answer', () => {
    expect(lines([refusing, partial], () => 2)).toEqual(['full partial full partial']);
    expect(
      lines(
        [refusing],
        () => 2,
        () => true,
      ),
    ).toEqual(['full 2× at once']);
  });

  test('of no cells, or with nothing to ask but a refusal that is complete, asks nothing', () => {
    expect(lines([], () => 7)).toEqual([]);
    expect(lines([refusing], () => 0)).toEqual([]);
  });
});
