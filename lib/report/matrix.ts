import type { CellResult } from '../results/types.ts';

/** Cells in the form of the task's table: a row for each client, a column for each server. */
export interface Matrix {
  servers: string[];
  /** Cells in the order of the servers; undefined if the pair was not tested. */
  rows: { client: string; cells: (CellResult | undefined)[] }[];
}

/** Returns the cells of a step as a matrix, clients and servers in order of appearance. */
export function matrixOf(cells: CellResult[]): Matrix {
  const servers = [...new Set(cells.map(({ server }) => server))];
  const rows = [...Map.groupBy(cells, ({ client }) => client)].map(([client, own]) => ({
    client,
    cells: servers.map((server) => own.find((cell) => cell.server === server)),
  }));
  return { servers, rows };
}
