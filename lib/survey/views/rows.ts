import type { Client } from '../pairs/clients.ts';
import type { Server } from '../pairs/servers.ts';
import { type AnswerGroup, groupResult, type PairResult, type Survey } from '../survey.ts';
import { groupWords } from './words.ts';

/** Pairs that come to the same: each of the clients with each of the servers. */
export interface Row {
  clients: ReadonlySet<Client>;
  servers: Set<Server>;
  result: PairResult;
  words: string;
  /** The answer of one of the pairs, with its reasons. */
  example: AnswerGroup;
}

/** What deserves to be seen comes first. */
export const order: readonly PairResult[] = ['plain', 'mixed', 'broken', 'refused', 'unknown', 'none', 'mtls'];

/**
 * Returns the pairs of a survey, like ones together.
 * @param byReason whether pairs are alike only if they have the same reasons
 */
export function rowsOf(
  { servers, clients }: Survey,
  { show, byReason }: { show?: PairResult | undefined; byReason: boolean },
): Row[] {
  const together = clientsTogether(clients);
  const rows = new Map<string, Row>();
  for (const { server, answers } of servers) {
    // Groups of one server may come to the same for other reasons.
    const groups = Map.groupBy(answers, (group) => {
      const { answer } = group;
      return JSON.stringify([
        groupResult(group),
        groupWords(group, server),
        ...(byReason ? [answer.reasons.map(({ rule, object }) => `${rule} ${object}`), answer.notJudged] : []),
      ]);
    });
    for (const [key, alike] of groups) {
      const [first] = alike as [AnswerGroup, ...AnswerGroup[]];
      const result = groupResult(first);
      if (show !== undefined && result !== show) continue;
      const who = together(alike);
      const rowKey = `${key} ${who.id}`;
      const row = rows.get(rowKey) ?? {
        clients: who.clients,
        servers: new Set<Server>(),
        result,
        words: groupWords(first, server),
        example: first,
      };
      row.servers.add(server);
      rows.set(rowKey, row);
    }
  }
  return [...rows.values()].sort((a, b) => order.indexOf(a.result) - order.indexOf(b.result));
}

/** Returns how to get the clients of several groups; the same clients have the same id, and are one set. */
function clientsTogether(
  clients: Survey['clients'],
): (groups: readonly AnswerGroup[]) => { id: number; clients: ReadonlySet<Client> } {
  const sortIds = new Map([...new Set(clients.map(({ sort }) => sort))].map((sort, id) => [sort, id]));
  const arrayIds = new Map<readonly Client[], number>();
  const byArrays = new Map<string, { id: number; clients: ReadonlySet<Client> }>();
  const bySorts = new Map<string, { id: number; clients: ReadonlySet<Client> }>();
  return (groups) => {
    for (const group of groups) if (!arrayIds.has(group.clients)) arrayIds.set(group.clients, arrayIds.size);
    const key = groups.map((group) => arrayIds.get(group.clients)).join();
    const known = byArrays.get(key);
    if (known !== undefined) return known;
    const sorts = groups.flatMap((group) => group.sorts.map((sort) => sortIds.get(sort) ?? -1)).sort((a, b) => a - b);
    const found = bySorts.get(sorts.join()) ?? {
      id: bySorts.size,
      clients: new Set(groups.flatMap((group) => group.clients)),
    };
    byArrays.set(key, found);
    bySorts.set(sorts.join(), found);
    return found;
  };
}
