import type { CellResult } from '../../results/index.ts';

/** The cells of a step as a table: a row for each client and a column for each server, as the task has it, or turned. */
export interface Matrix {
  /** Whether each row is a server and each column a client, because there are too many servers for columns. */
  turned: boolean;
  columns: string[];
  /** Cells in the order of the columns; undefined if the pair was not tested. */
  rows: { name: string; cells: (CellResult | undefined)[] }[];
}

/** The maximum number of servers that fit next to each other. */
const ACROSS = 5;

/** Returns the cells of a step as a table, clients and servers in order of appearance. */
export function matrixOf(cells: CellResult[]): Matrix {
  const [clients, servers] = [cells.map(({ client }) => client), cells.map(({ server }) => server)].map((names) => [
    ...new Set(names),
  ]) as [string[], string[]];
  const cellAt = (client: string, server: string) =>
    cells.find((cell) => cell.client === client && cell.server === server);
  const turned = servers.length > ACROSS && servers.length > clients.length;
  if (turned) {
    const rows = servers.map((name) => ({ name, cells: clients.map((client) => cellAt(client, name)) }));
    return { turned, columns: clients, rows };
  }
  const rows = clients.map((name) => ({ name, cells: servers.map((server) => cellAt(name, server)) }));
  return { turned, columns: servers, rows };
}
