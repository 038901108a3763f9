import type { CellResult } from '../results/types.ts';
import { matrixOf } from './matrix.ts';

const cell = (client: string, server: string): CellResult => ({ client, server }) as CellResult;

test('each cell stands under its server, also where a client asks fewer', () => {
  const [ab, ac, xc] = [cell('a', 'b'), cell('a', 'c'), cell('x', 'c')];
  expect(matrixOf([ab, ac, xc])).toEqual({
    servers: ['b', 'c'],
    rows: [
      { client: 'a', cells: [ab, ac] },
      { client: 'x', cells: [undefined, xc] },
    ],
  });
  expect(matrixOf([])).toEqual({ servers: [], rows: [] });
});
