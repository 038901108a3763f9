import type { PageData } from '../page-data.ts';
import type { Axis } from './axes.ts';
import { type Filter, hasText, matcherOf } from './filter.ts';

/** What a filter lets through, and what may be counted of it. */
export interface Shown {
  clients: readonly number[];
  servers: readonly number[];
  /** Returns how many of the shown pairs come to each result, by row, column and result. */
  count: (rows: Axis, columns: Axis) => Uint32Array;
  /** How many of the shown pairs come to each result. */
  totals: readonly number[];
}

interface Passing {
  /** Clients and servers that may be shown at all. */
  clients: boolean[];
  servers: boolean[];
  /** Those that the search finds: a pair is shown if it finds either. */
  foundClients: boolean[];
  foundServers: boolean[];
  results: boolean[];
}

/** Returns what a filter shows of a mesh. */
export function shownBy(data: PageData, filter: Filter): Shown {
  const passing = passingOf(data, filter);
  const passed = [...data.clients.keys()].filter((at) => passing.clients[at]);
  const everyone = {
    isDetailed: false,
    entries: [{ box: -1, label: '', name: '', note: '', pattern: '', members: passed }],
  };
  const bySort = rowsBySort(data, passing, everyone);
  const totals = data.results.map(() => 0);
  // Of a sort, all clients are shown, or only those that the search finds.
  const sorts = { all: new Set<number>(), found: new Set<number>() };
  const servers = [...data.servers.keys()].filter((at) => {
    if (!passing.servers[at]) return false;
    const which = passing.foundServers[at] ? 'all' : 'found';
    let pairs = 0;
    eachGroup(data, passing, at, (result, sort) => {
      const count = bySort.get(sort)?.[0]?.[which] ?? 0;
      if (count === 0) return;
      sorts[which].add(sort);
      totals[result] = (totals[result] ?? 0) + count;
      pairs += count;
    });
    return pairs > 0;
  });
  const clients = passed.filter((at) => {
    const sort = data.clients[at]?.sort ?? -1;
    return sorts.all.has(sort) || (sorts.found.has(sort) && passing.foundClients[at]);
  });
  return { clients, servers, totals, count: (rows, columns) => countBetween(data, passing, rows, columns) };
}

function passingOf({ clients, servers, results }: PageData, { search, from, to, results: only }: Filter): Passing {
  const clientNames = clients.map(({ name }) => name);
  const serverNames = servers.map(({ name }) => name);
  const isFound = hasText(search);
  return {
    clients: clientNames.map(matcherOf(from, clientNames)),
    servers: serverNames.map(matcherOf(to, serverNames)),
    foundClients: clientNames.map(isFound),
    foundServers: serverNames.map(isFound),
    results: results.map(({ id }) => only.length === 0 || only.includes(id)),
  };
}

/** Calls back for each sort of clients of a server whose result is shown. */
function eachGroup(
  { servers, answers, sortSets }: PageData,
  { results }: Passing,
  server: number,
  look: (result: number, sort: number) => void,
): void {
  for (const { answer, sorts } of servers[server]?.groups ?? []) {
    const result = answers[answer]?.result ?? -1;
    if (!results[result]) continue;
    for (const sort of sortSets[sorts] ?? []) look(result, sort);
  }
}

/** How many clients of a sort are in a row, and how many of them the search finds. */
interface InRow {
  row: number;
  all: number;
  found: number;
}

function countBetween(data: PageData, passing: Passing, rows: Axis, columns: Axis): Uint32Array {
  const results = data.results.length;
  const counts = new Uint32Array(rows.entries.length * columns.entries.length * results);
  const inRows = rowsBySort(data, passing, rows);
  for (const [column, { members }] of columns.entries.entries()) {
    for (const server of members) {
      const isFound = passing.foundServers[server];
      eachGroup(data, passing, server, (result, sort) => {
        for (const { row, all, found } of inRows.get(sort) ?? []) {
          const at = (row * columns.entries.length + column) * results + result;
          counts[at] = (counts[at] ?? 0) + (isFound ? all : found);
        }
      });
    }
  }
  return counts;
}

function rowsBySort({ clients }: PageData, { foundClients }: Passing, rows: Axis): Map<number, InRow[]> {
  const bySort = new Map<number, InRow[]>();
  for (const [row, { members }] of rows.entries.entries()) {
    for (const [sort, own] of Map.groupBy(members, (at) => clients[at]?.sort ?? -1)) {
      const found = own.filter((at) => foundClients[at]).length;
      bySort.set(sort, [...(bySort.get(sort) ?? []), { row, all: own.length, found }]);
    }
  }
  return bySort;
}
