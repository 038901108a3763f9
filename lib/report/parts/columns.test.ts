import { createColors } from 'picocolors';
import { columns, fittingTable, padded, widest, wrapped } from './columns.ts';

const { red } = createColors(true);

test('columns stand in line, numbers at their right, and no line ends in blanks', () => {
  const rows = [
    ['step', 'ms', ''],
    ['a', '1200', 'slow'],
    ['longer', '7', ''],
  ];
  expect(columns(rows, (column) => column === 1)).toEqual(['step      ms', 'a       1200  slow', 'longer     7']);
  expect(columns([])).toEqual([]);
});

test('colours take no room, and a character that is two columns wide takes two', () => {
  const lines = columns([
    [red('✗'), 'x'],
    ['日本', 'x'],
    ['abcde', 'x'],
  ]);
  expect(lines).toEqual([`${red('✗')}      x`, '日本   x', 'abcde  x']);
  expect(columns([[red('7')], ['12']], () => true)).toEqual([` ${red('7')}`, '12']);
});

test('the widest is measured as it is shown, and what is wider than its room stays whole', () => {
  expect(widest([red('ab'), '日', ''])).toBe(2);
  expect(widest([])).toBe(0);
  expect(padded(red('ab'), 3)).toBe(`${red('ab')} `);
  expect(padded('abc', 2)).toBe('abc');
});

describe('a table that is not wider than it may be', () => {
  const cell = (text: string) => ({ text, paint: (one: string) => one });
  const rows = (...texts: string[][]) => texts.map(([name = '', ...cells]) => ({ name, cells: cells.map(cell) }));
  const table = (width: number) =>
    fittingTable(
      ['full', 'legacy'],
      rows(['sleep.full', '200 mTLS', '200 plain'], ['sleep', '', '503 of 90 answers']),
      (one) => one,
      width,
    );

  test('has its columns beside each other, where there is room', () => {
    expect(table(40)).toEqual([
      '            full      legacy',
      'sleep.full  200 mTLS  200 plain',
      'sleep                 503 of 90 answers',
    ]);
  });

  test('has those below for which there is none, with the names again', () => {
    expect(table(30)).toEqual([
      ...['            full', 'sleep.full  200 mTLS', 'sleep'],
      ...['            legacy', 'sleep.full  200 plain', 'sleep       503 of 90 answers'],
    ]);
  });

  test('has cells under the names where a column is too wide, and breaks no word', () => {
    expect(table(15).slice(-5)).toEqual(['sleep.full', '  200 plain', 'sleep', '  503 of 90', '  answers']);
  });
});

test('a sentence is broken between words, and a word that is too long stays whole', () => {
  expect(wrapped('to be or not to be', 2, { width: 10 })).toEqual(['  to be or', '  not to', '  be']);
  expect(wrapped('spiffe://cluster.local a', 1, { width: 8 })).toEqual([' spiffe://cluster.local', ' a']);
  expect(wrapped('to be or not', 0, { hang: 2, width: 7 })).toEqual(['to be', '  or', '  not']);
});
