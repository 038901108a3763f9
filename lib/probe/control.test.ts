import { orderOf, sightsOf } from './control.ts';
import { answer, cell, type Reply } from './fixtures.ts';
import type { Cell } from './types.ts';

const cells = { a: cell('legacy→a', 'p'), b: cell('legacy→b', '56') };

/** A go in short: the server's letter, then what it did. */
const kinds = (...go: [keyof typeof cells, Reply][]): string[] =>
  sightsOf(go.map(([server, reply]) => ({ cell: cells[server], answer: answer(reply) }))).map(({ kind }) => kind);

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
      'unseen',
    ],
    [
      'only after',
      [
        ['b', 56],
        ['a', 'p'],
      ],
      'unseen',
    ],
    [
      'neither',
      [
        ['b', 56],
        ['b', 56],
        ['b', 56],
      ],
      'unseen',
    ],
    [
      '503 without',
      [
        ['b', 503],
        ['b', 503],
      ],
      'unseen',
    ],
    [
      'another status is no control',
      [
        ['a', 404],
        ['b', 56],
        ['a', 404],
      ],
      'unseen',
    ],
    [
      'nor is 503',
      [
        ['a', 503],
        ['b', 56],
        ['a', 503],
      ],
      'unseen',
    ],
    [
      'nor is a refusal',
      [
        ['a', 56],
        ['b', 56],
        ['a', 56],
      ],
      'unseen',
    ],
  ])('%s', (_, go, wanted) => {
    const at = go.findIndex(([server, reply]) => server === 'b' && typeof reply === 'number');
    expect(kinds(...go)[at]).toBe(wanted);
  });

  test('what has no control says so', () => {
    expect(sightsOf([{ cell: cells.b, answer: answer(56) }])).toEqual([
      { kind: 'unseen', why: 'curl exit 56, but nothing answered legacy before and after: no positive control' },
    ]);
  });

  test('a control makes no DNS error a refusal', () => {
    expect(kinds(['a', 'p'], ['b', 6], ['a', 'p'])).toEqual(['plain', 'unseen', 'plain']);
  });
});

describe('the order of a go', () => {
  test('each server in turn, and those that should answer at both ends', () => {
    const refusing = cell('legacy→full', '56');
    const partial = cell('legacy→partial', ['p', '503']);
    const legacy = cell('legacy→legacy', 'p');
    const other = cell('legacy→other', 'p');
    const names = (...cells: Cell[]) => orderOf(cells, 2).map(({ id }) => id.split('→')[1]);
    expect(names(refusing, partial, legacy)).toEqual([
      'legacy',
      'full',
      'partial',
      'legacy',
      'full',
      'partial',
      'legacy',
    ]);
    expect(names(refusing, legacy, other)).toEqual([
      'legacy',
      'other',
      'full',
      'legacy',
      'other',
      'full',
      'legacy',
      'other',
    ]);
  });

  test('every cell is asked as often as wanted, and nothing comes of no cells', () => {
    const own = [cell('full→full', '503'), cell('full→partial', ['m', 'p']), cell('full→legacy', 'p')];
    for (const one of own) {
      expect(orderOf(own, 7).filter((asked) => asked === one).length).toBeGreaterThanOrEqual(7);
    }
    expect(orderOf([], 7)).toEqual([]);
  });
});
