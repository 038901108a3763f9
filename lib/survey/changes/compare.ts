import type { Reason } from '../../model/index.ts';
import { type Answer, sharesOf, usual } from '../pairs/answers.ts';
import type { Client, Sort } from '../pairs/clients.ts';
import { nameOfServer, type Server } from '../pairs/servers.ts';
import type { Survey, SurveyedServer } from '../survey.ts';
import { answerWords, clientNames } from '../views/words.ts';

/**
 * How the answers of a pair change, the worst first: more requests are refused; whether they are is not known; more are
 * answered in plain text in place of mutual TLS, all of them or some; more are answered in plain text that were refused;
 * more are mutual TLS; more requests of the outsider are refused; fewer are refused; they come to the same as somebody
 * else, or are refused in another way; it was not known before.
 */
export const hows = [
  'breaks',
  'unsure',
  'loses',
  'mixed',
  'opens',
  'gains',
  'shuts',
  'heals',
  'other',
  'known',
] as const;
export type How = (typeof hows)[number];

/** Pairs whose answers change alike: each of the clients with each of the servers. */
export interface PairChange {
  how: How;
  clients: readonly Party[];
  /** As they are afterwards. */
  servers: Server[];
  /** What they come to before and afterwards, in a few words. */
  before: string;
  after: string;
  /** The answers of one of the pairs, or of one that comes to the same, with their reasons. */
  example: { before: Answer; after: Answer };
}

/** Workloads of one account that are one client before a change and one client afterwards. */
export interface Party {
  /** As `shop/cart`, or `outsider`; with its workloads where another client has the account, too. */
  name: string;
  namespace: string;
  /** Whether it has a sidecar afterwards. */
  sidecar: boolean;
  outsider: boolean;
  /** Whether servers see another identity afterwards. */
  renamed: boolean;
  /** Absent if it is not there then. */
  before?: Sort | undefined;
  after?: Sort | undefined;
  /** Their names in the namespace. */
  workloads: readonly string[];
}

/** How the answers of a mesh differ from those of another. */
export interface Comparison {
  pairs: readonly PairChange[];
  /** The clients and servers that are there both times; the servers as they are afterwards. */
  parties: readonly Party[];
  servers: readonly Server[];
  /** How many pairs are there both times; how many of them are not judged at either time. */
  compared: number;
  notJudged: number;
  /** How many pairs are there only then. */
  added: number;
  removed: number;
}

/** Returns how the answers of two surveys differ. */
export function comparison(before: Survey, after: Survey): Comparison {
  const parties = partiesOf(before, after);
  const was = new Map(before.servers.map((one) => [nameOfServer(one.server), one]));
  const is = new Map(after.servers.map((one) => [nameOfServer(one.server), one]));
  const both = [...is].flatMap(([name, now]) => {
    const old = was.get(name);
    return old === undefined ? [] : [{ old, now }];
  });
  const staying = parties.filter((party) => party.before !== undefined && party.after !== undefined);
  const rows = new Map<string, PairChange>();
  let notJudged = 0;
  for (const server of both) {
    const { changes, open } = changesAt(server, staying);
    notJudged += open;
    for (const change of changes) collect(rows, change);
  }
  const there = (side: 'before' | 'after'): number => parties.filter((party) => party[side] !== undefined).length;
  return {
    pairs: [...rows.values()].sort((a, b) => hows.indexOf(a.how) - hows.indexOf(b.how)),
    parties: staying,
    servers: both.map(({ now }) => now.server),
    compared: both.length * staying.length,
    notJudged,
    added: is.size * there('after') - both.length * staying.length,
    removed: was.size * there('before') - both.length * staying.length,
  };
}

/** Puts pairs that change alike, from the same clients, into one row. */
function collect(rows: Map<string, PairChange>, change: PairChange): void {
  const { how, before, after, clients, servers } = change;
  const why = [change.example.before, change.example.after].map(citedBy);
  const key = JSON.stringify([how, before, after, clients.map(({ name }) => name), why]);
  const row = rows.get(key);
  if (row === undefined) rows.set(key, change);
  else row.servers.push(...servers);
}

function citedBy({ reasons }: { reasons: readonly Reason[] }): string[] {
  return [...new Set(reasons.flatMap(({ object }) => object ?? []))].sort();
}

interface AtServer {
  old: SurveyedServer;
  now: SurveyedServer;
}

/** Returns what changes at one server, and how many pairs are judged neither before nor afterwards. */
function changesAt({ old, now }: AtServer, parties: readonly Party[]): { changes: PairChange[]; open: number } {
  const was = answersBySort(old);
  const is = answersBySort(now);
  const found = new Map<string, PairChange & { clients: Party[] }>();
  let open = 0;
  for (const party of parties) {
    const before = was.get(party.before as Sort);
    const after = is.get(party.after as Sort);
    if (before === undefined || after === undefined) continue;
    if (before.result === 'unknown' && after.result === 'unknown') open += 1;
    const how = howFor(party, now.server, { before, after });
    if (how === undefined) continue;
    const words = [
      answerWords(before, old.server.protocol, party.before as Sort),
      answerWords(after, now.server.protocol, party.after as Sort),
    ] as const;
    const key = JSON.stringify([how, ...words, citedBy(before), citedBy(after)]);
    const group = found.get(key) ?? {
      how,
      clients: [],
      servers: [now.server],
      before: words[0],
      after: words[1],
      example: { before, after },
    };
    group.clients.push(party);
    found.set(key, group);
  }
  return { changes: [...found.values()], open };
}

function howFor(party: Party, server: Server, { before, after }: PairChange['example']): How | undefined {
  const how = howOf(before, after);
  // The outsider is nobody's, so nobody misses what it gets, but where a Service is made for such clients.
  if (how === 'breaks' && party.outsider && server.exposed === undefined) return 'shuts';
  return how === undefined && party.renamed && sharesOf(after).mtls > 0 ? 'other' : how;
}

function answersBySort({ answers }: SurveyedServer): Map<Sort, Answer> {
  return new Map(answers.flatMap(({ answer, sorts }) => sorts.map((sort) => [sort, answer] as const)));
}

/** Returns how an answer changes; undefined if requests come to the same. */
export function howOf(before: Answer, after: Answer): How | undefined {
  if (after.result === 'unknown') return before.result === 'unknown' ? undefined : 'unsure';
  if (before.result === 'unknown') return 'known';
  const was = sharesOf(before);
  const is = sharesOf(after);
  if (isMore(is.refused, was.refused)) return 'breaks';
  if (after.mayRefuse.some((name) => !before.mayRefuse.includes(name))) return 'unsure';
  const less = { refused: isMore(was.refused, is.refused), mtls: isMore(was.mtls, is.mtls) };
  const more = { plain: isMore(is.plain, was.plain), mtls: isMore(is.mtls, was.mtls) };
  if (more.plain && less.refused && !less.mtls) return 'opens';
  if ((more.plain || more.mtls) && after.result === 'mixed') return 'mixed';
  if (more.plain) return 'loses';
  if (more.mtls) return 'gains';
  if (less.refused || before.mayRefuse.length > after.mayRefuse.length) return 'heals';
  return kindsIn(before) === kindsIn(after) ? undefined : 'other';
}

/** Returns what requests come to, whoever they come from. */
function kindsIn(answer: Answer): string {
  const kinds = usual(answer).map(({ outcome, share }) => `${outcome.kind} ${share.toFixed(6)}`);
  return kinds.sort().join();
}

/** Shares are sums of fractions. */
export function isMore(a: number, b: number): boolean {
  return a > b + 1e-9;
}

interface PartyGroup {
  /** With the workloads of the party alone. */
  client: Client;
  before: Client | undefined;
  after: Client | undefined;
}

/** Returns the clients of two surveys, each workload in one of them. */
function partiesOf(before: Survey, after: Survey): Party[] {
  const was = byWorkload(before);
  const is = byWorkload(after);
  const groups = new Map<string, PartyGroup>();
  const ids = new Map([...before.clients, ...after.clients].map((client, id) => [client, id]));
  for (const name of new Set([...is.keys(), ...was.keys()])) {
    const sides = { before: was.get(name)?.client, after: is.get(name)?.client };
    const { client, workload } = (is.get(name) ?? was.get(name)) as { client: Client; workload: string };
    const key = [sides.before, sides.after].map((side) => side && ids.get(side)).join();
    const group = groups.get(key) ?? { client: { ...client, workloads: [] }, ...sides };
    group.client.workloads.push(workload);
    groups.set(key, group);
  }
  const isRenamed = before.mesh.plane.mesh.trustDomain !== after.mesh.plane.mesh.trustDomain;
  const all = [...groups.values()];
  const names = clientNames(all.map(({ client }) => client));
  return all.map((group) => ({ ...partyOf(group, isRenamed), name: names.get(group.client) ?? '' }));
}

function partyOf({ client, before, after }: PartyGroup, isRenamed: boolean): Omit<Party, 'name'> {
  return {
    before: before?.sort,
    after: after?.sort,
    workloads: client.workloads,
    namespace: client.namespace,
    sidecar: client.sidecar,
    outsider: client.outsider ?? false,
    renamed: isRenamed || before?.account !== after?.account,
  };
}

function byWorkload({ clients }: Survey): Map<string, { client: Client; workload: string }> {
  return new Map(
    clients.flatMap((client) =>
      client.workloads.map(
        (workload) => [`${client.outsider ?? ''} ${client.namespace}/${workload}`, { client, workload }] as const,
      ),
    ),
  );
}
