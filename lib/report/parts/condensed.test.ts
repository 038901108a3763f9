import { condensed } from './condensed.ts';

const large = {
  columns: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'],
  rows: Array.from({ length: 6 }, (_, at) => ({
    name: `client ${at}`,
    cells: Array.from({ length: 8 }, (_, column) => (at === 5 ? 'plain' : column === 7 && at === 4 ? 'wrong' : 'mTLS')),
  })),
};

const passText = (text: string): string | undefined => (text === 'wrong' ? undefined : text);

test('of a large table, what says the same is one row and one column, but for what did not pass', () => {
  expect(condensed(large, passText)).toEqual({
    columns: ['a and 6 more', 'h'],
    rows: [
      { name: 'client 0 and 3 more', cells: ['mTLS', 'mTLS'] },
      { name: 'client 4', cells: ['mTLS', 'wrong'] },
      { name: 'client 5', cells: ['plain', 'plain'] },
    ],
  });
});

test('a small table stays as it is', () => {
  const small = { ...large, rows: large.rows.slice(0, 5) };
  expect(condensed(small, passText)).toBe(small);
});
