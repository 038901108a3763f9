import { kindNamed } from '../../kinds/index.ts';
import { hasSidecar } from '../../model/index.ts';
import type { SurveyedMesh } from '../mesh/mesh.ts';
import type { Sort } from './clients.ts';
import type { Server } from './servers.ts';

/** On whose requests a kind can act: those of clients with a sidecar, those to servers with one, or both. */
type Scope = 'clients' | 'servers' | 'both';

const scopes: Readonly<Record<string, Scope>> = {
  PeerAuthentication: 'both',
  Policy: 'both',
  MeshPolicy: 'both',
  AuthorizationPolicy: 'servers',
  ConfigMap: 'clients',
  Deployment: 'clients',
  // Who is in the ambient mesh, and which namespaces istiod looks at.
  Namespace: 'both',
};

/**
 * Kinds that change no answer: without EndpointSlices only the Services that have no selector stay open, and those are so
 * anyway; Ingresses say for whom a Service is.
 */
const needless = new Set(['EndpointSlice', 'ProxyConfig', 'Ingress']);

/** Returns the name of several objects of a kind, such as `Ingresses`. */
export function pluralOf(kind: string): string {
  return kind.endsWith('y') ? kind.replace(/y$/, 'ies') : `${kind}${kind.endsWith('s') ? 'es' : 's'}`;
}

/** Returns what says on which answers the kinds that could not be read may have an effect, one sentence each. */
export function unreadDoubts({ snapshot }: SurveyedMesh): (server: Server, sort: Sort) => string[] {
  const unread = snapshot.unread
    .filter(({ kind }) => !needless.has(kind))
    .map(({ kind, right }) => ({
      scope: scopeOf(kind),
      text: `${pluralOf(kind)} could not be read, which takes the right to ${right}`,
    }));
  if (unread.length === 0) return () => [];
  return ({ endpoints }, { workload }) => {
    const atClient = hasSidecar(workload);
    const atServer = endpoints.some((endpoint) => hasSidecar(endpoint.workload));
    const is: Record<Scope, boolean> = { clients: atClient, servers: atServer, both: atClient || atServer };
    return unread.filter(({ scope }) => is[scope]).map(({ text }) => text);
  };
}

function scopeOf(kind: string): Scope {
  const known = kindNamed(kind);
  const reach = known !== undefined && 'power' in known ? known.power?.reach : undefined;
  return scopes[kind] ?? (reach === 'selected' ? 'both' : 'clients');
}
