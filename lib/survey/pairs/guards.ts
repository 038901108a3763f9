import {
  type AuthorizationPolicy,
  authorizationsAt,
  authorized,
  type Endpoint,
  identityOf,
  isPassedOn,
  nameOf,
  type Protocol,
  readsIdentity,
} from '../../model/index.ts';
import type { SurveyedMesh } from '../mesh/mesh.ts';
import type { Sort } from './clients.ts';
import type { PolicyIndex } from './policy-index.ts';

// What AuthorizationPolicies make of clients at a server: by who they are, clients that are alike otherwise may differ.

/** AuthorizationPolicies that act together on a port of pods. */
export interface Guard {
  policies: readonly AuthorizationPolicy[];
  port: number;
  /** Set if it is not read what they refuse: the mesh is too large for it. */
  isUnread?: true;
}

/** What of a server matters to its guards. */
export interface Guarded {
  guards: readonly Guard[];
  protocol: Protocol;
}

/** Returns the AuthorizationPolicies at endpoints, for each set of them and each port of pods on which they act. */
export function guardsOf(
  { plane: { mesh } }: Pick<SurveyedMesh, 'plane'>,
  index: PolicyIndex,
  endpoints: readonly Endpoint[],
): Guard[] {
  const guards = endpoints.map(({ workload, port }) => {
    const near = [...new Set([workload.namespace, mesh.rootNamespace])];
    const policies = near.flatMap((one) => index.within('AuthorizationPolicy', one));
    return { policies: authorizationsAt({ mesh, policies }, workload), port };
  });
  const acting = guards.filter(({ policies }) => policies.length > 0);
  return [...new Map(acting.map((one) => [guardName(one), one])).values()];
}

function guardName({ policies, port }: Guard): string {
  return `${policies.map(nameOf).join()} ${port}`;
}

/** Returns the same text for servers whose guards make the same of every client. */
export function guardsKey({ guards, protocol }: Guarded): string {
  const reading = guards.filter(asksWho).map(guardName);
  return reading.length === 0 ? '' : `${reading.join(' ')} ${isPassedOn(protocol)}`;
}

/** Returns the same text for clients with a sidecar of which a server's guards make the same, as long as they are told apart. */
export function admissionKey(
  { plane: { mesh } }: Pick<SurveyedMesh, 'plane'>,
  { guards, protocol }: Guarded,
  { workload }: Pick<Sort, 'workload'>,
): string {
  const identity = identityOf(workload, mesh);
  return guards
    .filter(asksWho)
    .map(({ policies, port }) => {
      const found = authorized(policies, { identity, port, isHttp: !isPassedOn(protocol) }, mesh);
      return [found.is, ...('by' in found ? [found.by].flat().map(nameOf) : [])].join(' ');
    })
    .join();
}

function asksWho({ policies, isUnread }: Guard): boolean {
  return !isUnread && policies.some(readsIdentity);
}

/** So many pairs of servers that ask who a client is and of clients that are told apart still fit into memory. */
const MOST = 20_000_000;

/** Returns servers as they are, or without what they ask of clients, if those would be too many to tell apart. */
export function readable<S extends Guarded>(servers: readonly S[], sorts: number): readonly S[] {
  const asking = servers.filter(({ guards }) => guards.some(asksWho));
  if (asking.length * sorts <= MOST) return servers;
  const asks = new Set(asking);
  const unread = (guard: Guard): Guard => ({ ...guard, isUnread: true });
  return servers.map((server) => (asks.has(server) ? { ...server, guards: server.guards.map(unread) } : server));
}
