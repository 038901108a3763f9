import type { CellResult } from '../../results/types.ts';
import { matrixOf } from './matrix.ts';

const cell = (client: string, server: string): CellResult => ({ client, server }) as CellResult;

test('each cell is below its server, even if a client tests fewer', () => {
  const [ab, ac, xc] = [cell('a', 'b'), cell('a', 'c'), cell('x', 'c')];
  expect(matrixOf([ab, ac, xc])).toEqual({
    turned: false,
    columns: ['b', 'c'],
    rows: [
      { name: 'a', cells: [ab, ac] },
      { name: 'x', cells: [undefined, xc] },
    ],
  });
  expect(matrixOf([])).toEqual({ turned: false, columns: [], rows: [] });
});

test('many servers are rows, as no terminal is wide enough for them', () => {
  const cells = ['1', '2', '3', '4', '5', '6'].map((server) => cell('a', server));
  const other = cell('b', '6');
  const { turned, columns, rows } = matrixOf([...cells, other]);
  expect(turned).toBe(true);
  expect(columns).toEqual(['a', 'b']);
  expect(rows.map(({ name }) => name)).toEqual(['1', '2', '3', '4', '5', '6']);
  expect(rows.at(-1)?.cells).toEqual([cells.at(-1), other]);
  expect(matrixOf(cells.slice(1)).turned).toBe(false);
});

test('as many clients stay rows', () => {
  const many = ['1', '2', '3', '4', '5', '6'];
  expect(matrixOf(many.flatMap((client) => many.map((server) => cell(client, server)))).turned).toBe(false);
});
