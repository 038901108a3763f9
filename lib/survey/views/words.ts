import { type ExpectedOutcome, type Protocol, workloadName } from '../../model/index.ts';
import type { Answer } from '../pairs/answers.ts';
import { type Client, nameOfClient, outsider, type Sort } from '../pairs/clients.ts';
import { nameOfServer, type Server } from '../pairs/servers.ts';
import { pluralOf } from '../pairs/unread.ts';
import type { Loss, NamespaceStrictness } from '../strict.ts';
import { type AnswerGroup, type PairResult, pairResult, type Survey } from '../survey.ts';
import { counted, some } from './table.ts';

/** What each result is called in summaries. */
export const resultNames: Record<PairResult, string> = {
  mtls: 'mutual TLS',
  plain: 'plain text',
  broken: 'broken',
  refused: 'refused',
  mixed: 'mixed',
  none: 'nobody there',
  unknown: 'not judged',
};

/** Returns what the requests of a sort of clients come to, in a few words. */
export function answerWords(answer: Answer, protocol: Protocol, sort: Pick<Sort, 'workload'>): string {
  const { outcomes, notJudged, mayRefuse } = answer;
  const result = pairResult(answer, sort);
  if (result === 'none') return 'nobody there: no pod serves it';
  if (result === 'unknown') {
    const [first = '', ...others] = notJudged;
    return `not judged: ${first}${others.length > 0 ? ` (and ${others.length} more reasons)` : ''}`;
  }
  const usual = outcomes.filter(({ rare }) => !rare);
  const rarely = outcomes.filter(({ rare }) => rare).map((one) => outcomeWords(one, protocol));
  const shares = usual.map(
    (one) => `${usual.length > 1 ? `${percent(one.share)} ` : ''}${outcomeWords(one, protocol)}`,
  );
  return [
    result === 'refused' || result === 'broken' ? `${result}: ${shares.join(', ')}` : shares.join(', '),
    ...(rarely.length > 0 ? [`, rarely ${rarely.join(' or ')}`] : []),
    ...(mayRefuse.length > 0 ? [`, unless ${policiesWords(mayRefuse)} it`] : []),
  ].join('');
}

function policiesWords(names: readonly string[]): string {
  const [only = '', ...others] = names;
  return others.length === 0 ? `${only} refuses` : `one of ${names.length} objects refuses`;
}

function outcomeWords({ outcome }: ExpectedOutcome, protocol: Protocol): string {
  switch (outcome.kind) {
    case 'mtls':
      return 'mutual TLS';
    case 'plain':
      return protocol === 'https' ? "TLS of the application's own, not the mesh's" : 'plain text';
    case 'unavailable':
      return protocol === 'grpc' ? 'gRPC status 14' : '503';
    case 'denied':
      return protocol === 'grpc' ? 'gRPC status 7' : '403';
    case 'reset':
      return outcome.curlExits.includes(CONNECTION_REFUSED) ? 'nobody listens' : 'connection reset';
  }
}

/** curl: couldn't connect. With any other code, a sidecar took the connection, and ended it without an answer. */
const CONNECTION_REFUSED = 7;

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** Returns what the requests of a group come to, in a few words. */
export function groupWords({ answer, sorts: [sort] }: AnswerGroup, { protocol }: Pick<Server, 'protocol'>): string {
  return sort === undefined ? '' : answerWords(answer, protocol, sort);
}

/** Returns the client that the reasons of a group speak of: a workload, such as `shop/cart`, or `outsider`. */
export function exampleName({ sorts: [sort] }: Pick<AnswerGroup, 'sorts'>): string {
  if (sort === undefined) return '';
  return sort.workload === outsider ? outsider.namespace : workloadName(sort.workload);
}

/** Returns how to name each client, with its workloads where the account is also another client's. */
export function clientNames(clients: readonly Client[]): ReadonlyMap<Client, string> {
  const byName = Map.groupBy(clients, nameOfClient);
  return new Map(
    clients.map((client) => {
      const name = nameOfClient(client);
      const isOnly = byName.get(name)?.length === 1;
      return [client, isOnly ? name : `${name} (${someOf(client.workloads, 3)})`];
    }),
  );
}

function someOf(names: readonly string[], most: number): string {
  const rest = names.length - most;
  return `${names.slice(0, most).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

const sides = [
  { sidecar: true, words: 'all with a sidecar' },
  { sidecar: false, words: 'all without a sidecar' },
] as const;

/** A client, as far as sets of clients are told in words. */
interface Told {
  namespace: string;
  sidecar: boolean;
}

/** Returns a set of clients as short as can be: all, all of a side but a few, whole namespaces, or names. */
export function clientsWords<One extends Told>(
  some: ReadonlySet<One>,
  all: readonly One[],
  nameOf: (one: One) => string,
): string[] {
  if (all.length > 2 && some.size === all.length) return [`everybody (${all.length})`];
  return sides.flatMap(({ sidecar, words }) => {
    const side = all.filter((client) => client.sidecar === sidecar);
    const inside = side.filter((client) => some.has(client));
    const others = side.filter((client) => !some.has(client));
    const parts = partsOf(inside, all, nameOf);
    if (side.length < 3 || inside.length === 0) return parts;
    if (others.length === 0) return [`${words} (${side.length})`];
    const except = partsOf(others, all, nameOf);
    const isShorter = except.length < 4 && except.length < parts.length;
    return isShorter ? [`${words} but ${except.join(', ')} (${inside.length})`] : parts;
  });
}

function partsOf<One extends Told>(some: readonly One[], all: readonly One[], nameOf: (one: One) => string): string[] {
  const wholes = Map.groupBy(all, ({ namespace }) => namespace);
  return [...Map.groupBy(some, ({ namespace }) => namespace)].flatMap(([namespace, own]) => {
    const isWhole = own.length > 1 && wholes.get(namespace)?.length === own.length;
    return isWhole ? [`${namespace}/* (${own.length})`] : own.map(nameOf);
  });
}

/** Returns a set of ports of Services as short as can be. */
export function serversWords(some: ReadonlySet<Server>, all: readonly Server[]): string[] {
  if (all.length > 2 && some.size === all.length) return [`every Service port (${all.length})`];
  const namespaceOf = ({ service }: Server): string => service.metadata.namespace ?? '';
  const wholes = Map.groupBy(all, namespaceOf);
  return [...Map.groupBy(some, namespaceOf)].flatMap(([namespace, own]) => {
    const isWhole = own.length > 1 && wholes.get(namespace)?.length === own.length;
    return isWhole ? [`*.${namespace} (${own.length})`] : own.map(nameOfServer);
  });
}

/** Returns whether a namespace is STRICT, in a few words. */
export function strictWords({ mode, strict, ports, without }: NamespaceStrictness): string {
  const bare = without > 0 ? `, ${counted(without, 'workload')} without a sidecar` : '';
  if (ports === 0) return `no sidecar${bare}`;
  if (strict === ports) return without === 0 ? 'yes' : `only where there are sidecars${bare}`;
  return `${strict === 0 ? 'no' : `${strict} of ${ports} ports`}, ${mode}${bare}`;
}

/**
 * Returns what would really be lost. Nobody is the outsider, and to refuse it is what STRICT is for, but where a Service
 * is made for such clients.
 */
export function realLosses(losses: readonly Loss[]): Loss[] {
  const workloads = new Map<readonly Client[], readonly Client[]>();
  const withoutOutsider = (clients: readonly Client[]): readonly Client[] => {
    const known = workloads.get(clients) ?? clients.filter(({ outsider }) => !outsider);
    workloads.set(clients, known);
    return known;
  };
  return losses
    .map(({ clients, server }) => ({ server, clients: server.exposed ? clients : withoutOutsider(clients) }))
    .filter(({ clients }) => clients.length > 0);
}

/** Returns a sentence about the pairs that are broken, if there are any. */
export function brokenWords(counts: Readonly<Record<PairResult, number>>): string[] {
  if (counts.broken === 0) return [];
  return ['Broken: refused although the client has a sidecar that knows the Service. See automtls lint.'];
}

/** Returns sentences about the pairs of which some requests may be refused, if there are any. */
export function mayRefuseWords({ servers }: Pick<Survey, 'servers'>): string[] {
  const pairs = servers
    .flatMap(({ answers }) => answers)
    .reduce((sum, { answer, clients }) => sum + (answer.mayRefuse.length > 0 ? clients.length : 0), 0);
  if (pairs === 0) return [];
  const isUnread = servers.some(({ server }) => server.guards.some((guard) => guard.isUnread));
  return [
    ...(isUnread ? ['The mesh is too large to tell by AuthorizationPolicies which clients they refuse.'] : []),
    `Of ${counted(pairs, 'pair')} some requests may be refused: what is asked decides, such as the path.`,
  ];
}

/** Returns what was not read, was assumed, or was not asked, one sentence each. */
export function noteWords({ mesh, notAsked }: Pick<Survey, 'mesh' | 'notAsked'>): string[] {
  const left = [...Map.groupBy(notAsked, ({ why }) => why)].map(([why, alike]) => {
    const servers = alike.map((one) => one.servers);
    return `not asked: ${some(servers, 4)}, since ${why}`;
  });
  return [...unreadWords(mesh), ...mesh.notes, ...left];
}

/** Returns what could not be read, one sentence each. */
export function unreadWords({ snapshot }: Survey['mesh']): string[] {
  return snapshot.unread.map(({ kind, right }) => `${pluralOf(kind)} could not be read: the right to ${right} lacks`);
}
