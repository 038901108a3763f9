import type { CheckRow } from '../../results/index.ts';
import { marks } from './words.ts';

/** What a check tried, as a table: who asked along one side, who was asked along the other. */
export interface CheckTable {
  /** Whether each row is somebody who asked, and each column somebody who was asked; or the other way round. */
  asksDown: boolean;
  columns: string[];
  /** In the order of the columns; undefined where nobody asked. */
  rows: { name: string; cells: (CheckRow | undefined)[] }[];
}

/** Returns the rows of a check as a table, with the fewer names across. */
export function checkTable(rows: CheckRow[]): CheckTable {
  const clients = [...new Set(rows.map(({ client }) => client))];
  const servers = [...new Set(rows.map(({ server }) => server))];
  const at = (client: string, server: string) => rows.find((row) => row.client === client && row.server === server);
  const asksDown = servers.length <= clients.length;
  return asksDown
    ? {
        asksDown,
        columns: servers,
        rows: clients.map((name) => ({ name, cells: servers.map((one) => at(name, one)) })),
      }
    : {
        asksDown,
        columns: clients,
        rows: servers.map((name) => ({ name, cells: clients.map((one) => at(one, name)) })),
      };
}

/** Returns the mark of a row's verdict. */
export function checkMark({ verdict }: CheckRow): string {
  return verdict === 'not-tried' ? '–' : marks[verdict];
}

/** Returns what came of a row in a few words: what was expected, or what came back instead. */
export function checkWords({ verdict, expected, observed }: CheckRow): string {
  return verdict === 'pass' ? expected : verdict === 'not-tried' ? 'not tried' : observed;
}

/** Returns the rows that did not pass. */
export function wrongRows(rows: CheckRow[] = []): CheckRow[] {
  return rows.filter(({ verdict }) => verdict === 'fail' || verdict === 'inconclusive');
}
