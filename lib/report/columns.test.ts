import { createColors } from 'picocolors';
import { columns, padded, widest } from './columns.ts';

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
