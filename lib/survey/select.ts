import { isLike } from '../model/index.ts';
import { UsageError } from '../platform/errors.ts';
import { type Client, type Named, nameOfClient } from './pairs/clients.ts';
import { nameOfServer, type Server } from './pairs/servers.ts';
import type { Selection, Survey } from './survey.ts';

/** A pair, as `--except` names it: clients and servers, each by a pattern. */
export interface PairPattern {
  text: string;
  client: string;
  server: string;
}

/** Returns whether a client is meant by its account or by all of its workloads: `shop/cart`, `shop/*` or `outsider`. */
export function isClient(pattern: string, client: Named): boolean {
  const isMeant = (name: string): boolean => isLike(pattern, name);
  const { namespace, workloads, outsider } = client;
  return isMeant(nameOfClient(client)) || (!outsider && workloads.every((name) => isMeant(`${namespace}/${name}`)));
}

/** Returns whether a server is meant by `cart.shop:8080`, by `cart.shop` for all its ports, or by `*.shop`. */
export function isServer(pattern: string, server: Server): boolean {
  const name = nameOfServer(server);
  return isLike(pattern.includes(':') ? pattern : `${pattern}:*`, name);
}

/** Returns the pairs that the user asks for. */
export function selectionOf({ from, to }: { from?: string | undefined; to?: string | undefined }): Selection {
  return {
    client: (client) => from === undefined || isClient(from, client),
    server: (server) => to === undefined || isServer(to, server),
  };
}

/**
 * Makes sure that what the user named is there.
 * @param all the survey of the whole mesh
 * @throws UsageError that names what is there instead
 */
export function assertNamed(
  all: { clients: readonly Client[]; servers: readonly Server[] },
  { from, to, except }: { from?: string | undefined; to?: string | undefined; except: readonly PairPattern[] },
): void {
  const servers = all.servers.map(nameOfServer);
  const named = [
    ...(from === undefined ? [] : [{ option: '--from', client: from }]),
    ...(to === undefined ? [] : [{ option: '--to', server: to }]),
    ...except.map(({ text, client, server }) => ({ option: `--except ${text}`, client, server })),
  ];
  for (const { option, client, server } of named as { option: string; client?: string; server?: string }[]) {
    if (client !== undefined) assertClient(all.clients, client, option);
    if (server !== undefined && !all.servers.some((one) => isServer(server, one))) {
      throw new UsageError(`${option}: there is no Service port ${server}. There are ${some(servers)}.`);
    }
  }
}

/** @throws UsageError if no client is meant, or with `--except` only some workloads of one */
function assertClient(clients: readonly Client[], pattern: string, option: string): void {
  if (clients.some((one) => isClient(pattern, one))) return;
  const partly = clients.find((one) => one.workloads.some((name) => isClient(pattern, { ...one, workloads: [name] })));
  if (partly === undefined) {
    throw new UsageError(`${option}: there is no client ${pattern}. There are ${some(clients.map(nameOfClient))}.`);
  }
  if (option === '--from') return;
  const { workloads } = partly;
  throw new UsageError(
    `${option}: ${pattern} is one client with ${workloads.join(', ')}, which no policy tells apart: name ${nameOfClient(partly)}.`,
  );
}

const MOST = 8;

function some(names: readonly string[]): string {
  const distinct = [...new Set(names)];
  if (distinct.length === 0) return 'none at all';
  const rest = distinct.length - MOST;
  return `${distinct.slice(0, MOST).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** Clients of a server whose requests are not mutual TLS, although they must be. */
export interface Violation {
  clients: readonly Client[];
  server: Server;
  why: 'plain' | 'mixed' | 'unknown';
}

/** What becomes of the requirement that answers be mutual TLS. */
export interface Requirement {
  violations: readonly Violation[];
  /** How many more pairs are not mutual TLS, and need not be. */
  excepted: number;
}

/** Returns whether the answers of a survey are mutual TLS, but for pairs that need not be. */
export function requireMutual(survey: Survey, except: readonly PairPattern[]): Requirement {
  const violations = notMutual(survey, except);
  const all = except.length === 0 ? violations : notMutual(survey, []);
  return { violations, excepted: pairsIn(all) - pairsIn(violations) };
}

/** Returns how many pairs violations are. */
export function pairsIn(violations: readonly Violation[]): number {
  return violations.reduce((sum, { clients }) => sum + clients.length, 0);
}

/**
 * Returns the pairs in which a request may be answered in plain text, or of which that is not known. Refusals do not
 * count, since such a request gets no answer, nor do hosts outside of the mesh, which have no sidecars.
 */
function notMutual({ servers }: Survey, except: readonly PairPattern[]): Violation[] {
  const without = withoutExcepted();
  const inMesh = servers.filter(({ server }) => !server.service.spec.host?.isExternal);
  return inMesh.flatMap(({ server, answers }) => {
    const excepted = except.filter((pattern) => isServer(pattern.server, server));
    return answers.flatMap(({ answer, clients: all }) => {
      const { result, outcomes } = answer;
      const isPlain = outcomes.some(({ outcome }) => outcome.kind === 'plain');
      if (result !== 'unknown' && !isPlain) return [];
      const why = result === 'plain' || result === 'unknown' ? result : 'mixed';
      const clients = without(all, excepted);
      return clients.length === 0 ? [] : [{ clients, server, why }];
    });
  });
}

/** Returns how to leave out clients; of the same clients it is done once. */
function withoutExcepted(): (clients: readonly Client[], excepted: readonly PairPattern[]) => readonly Client[] {
  const known = new Map<readonly Client[], Map<string, readonly Client[]>>();
  return (clients, excepted) => {
    if (excepted.length === 0) return clients;
    const byPatterns = known.get(clients) ?? new Map<string, readonly Client[]>();
    known.set(clients, byPatterns);
    const key = excepted.map(({ client }) => client).join(' ');
    const rest = byPatterns.get(key) ?? clients.filter((one) => !excepted.some(({ client }) => isClient(client, one)));
    byPatterns.set(key, rest);
    return rest;
  };
}
