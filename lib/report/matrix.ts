import type { CellResult } from '../results/types.ts';

/** Cells as the task's table shows them: a row a client, a column a server. */
export interface Matrix {
  servers: string[];
  /** Cells in the order of the servers, undefined where the pair was not asked. */
  rows: { client: string; cells: (CellResult | undefined)[] }[];
}

/** Returns the cells of a step as a matrix, clients and servers in the order in which they first come. */
export function matrixOf(cells: CellResult[]): Matrix {
  const servers = [...new Set(cells.map(({ server }) => server))];
  const rows = [...Map.groupBy(cells, ({ client }) => client)].map(([client, own]) => ({
    client,
    cells: servers.map((server) => own.find((cell) => cell.server === server)),
  }));
  return { servers, rows };
}
