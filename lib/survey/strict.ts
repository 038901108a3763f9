import { kinds } from '../kinds/index.ts';
import {
  acceptedMode,
  hasSidecar,
  type KubeObject,
  type PeerAuthentication,
  type ServerMode,
  scopeMode,
  servedPolicies,
  versionsOn,
  type Workload,
} from '../model/index.ts';
import type { SurveyedMesh } from './mesh/mesh.ts';
import { usual } from './pairs/answers.ts';
import type { Client } from './pairs/clients.ts';
import type { Server } from './pairs/servers.ts';
import { answersWith, type Survey, type SurveyedServer } from './survey.ts';

/** What STRICT is, or would be, to a namespace. */
export interface NamespaceStrictness {
  namespace: string;
  /** The mode of the namespace's policy, or of what it inherits. */
  mode: ServerMode;
  /** How many of the ports of pods with a sidecar take mutual TLS alone, of how many. */
  strict: number;
  ports: number;
  /** How many workloads that serve have no sidecar, so that STRICT does nothing to them. */
  without: number;
  /** Who would lose what if the namespace's policy were STRICT; undefined if the release has no such policy. */
  losses: readonly Loss[] | undefined;
  /** How many pairs are not judged, so that STRICT may be a loss to them, too. */
  unknown: number;
}

/** Clients that a server answers now, and would refuse. */
export interface Loss {
  clients: readonly Client[];
  server: Server;
}

/**
 * Returns for each namespace with Services whether it is STRICT, and who would lose what if it were. A policy of a
 * namespace acts on its own servers alone, so all namespaces are asked at once.
 */
export function strictnessOf(survey: Survey): NamespaceStrictness[] {
  const { mesh } = survey;
  const { release, rootNamespace } = mesh.plane.mesh;
  const hasPolicies = versionsOn(release, kinds.PeerAuthentication).length > 0;
  const after = answersWith(hasPolicies ? withStrict(mesh, survey) : mesh);
  const byNamespace = Map.groupBy(survey.servers, ({ server }) => server.target.metadata.namespace ?? '');
  return [...byNamespace]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([namespace, servers]) => {
      // In the root namespace such a policy would be the whole mesh's.
      const isAsked = hasPolicies && namespace !== rootNamespace;
      const { modes, without } = modesOf(survey, servers);
      return {
        namespace,
        mode: namespaceMode(survey, namespace),
        strict: modes.filter((mode) => mode === 'STRICT').length,
        ports: modes.length,
        without,
        losses: isAsked ? servers.flatMap((one) => lossesOf(one, after)) : undefined,
        unknown: servers.flatMap(({ answers }) =>
          answers.flatMap(({ answer, clients }) => (answer.result === 'unknown' ? clients : [])),
        ).length,
      };
    });
}

/** Returns the mesh as it would be if the policy of each namespace with Services were STRICT. */
function withStrict(mesh: SurveyedMesh, { servers }: Survey): SurveyedMesh {
  const { rootNamespace, release } = mesh.plane.mesh;
  const isWide = (object: KubeObject): object is PeerAuthentication =>
    object.kind === 'PeerAuthentication' &&
    Object.keys((object as PeerAuthentication).spec?.selector?.matchLabels ?? {}).length === 0 &&
    object.metadata.namespace !== rootNamespace;
  const spec = { mtls: { mode: 'STRICT' as const } };
  const changed = mesh.policies.map((object) => (isWide(object) ? { ...object, spec } : object));
  const having = new Set(mesh.policies.filter(isWide).map(({ metadata }) => metadata.namespace));
  const [version = 'v1'] = versionsOn(release, kinds.PeerAuthentication);
  const namespaces = new Set(servers.map(({ server }) => server.target.metadata.namespace ?? ''));
  const added = [...namespaces]
    .filter((namespace) => namespace !== rootNamespace && !having.has(namespace))
    .map((namespace): PeerAuthentication => {
      const apiVersion = `${kinds.PeerAuthentication.group}/${version}`;
      return { apiVersion, kind: 'PeerAuthentication', metadata: { name: 'default', namespace }, spec };
    });
  return { ...mesh, policies: [...changed, ...added] };
}

/** Returns the clients that are answered now, and some of whose requests would then be refused. */
function lossesOf({ server, answers }: SurveyedServer, after: ReturnType<typeof answersWith>): Loss[] {
  const clients = answers.flatMap(({ answer, sorts, clients: own }) => {
    if (answer.result === 'unknown' || answer.result === 'none') return [];
    const before = refusedShare(answer);
    const losing = new Set(sorts.filter((sort) => refusedShare(after(server, sort)) > before));
    return losing.size === 0 ? [] : own.filter(({ sort }) => losing.has(sort));
  });
  return clients.length === 0 ? [] : [{ clients, server }];
}

/** Returns the share of requests that are refused; none if that cannot be judged. */
function refusedShare(answer: Parameters<typeof usual>[0]): number {
  return usual(answer)
    .filter(({ outcome }) => outcome.kind !== 'mtls' && outcome.kind !== 'plain')
    .reduce((sum, { share }) => sum + share, 0);
}

function modesOf(
  { mesh, index }: Survey,
  servers: readonly SurveyedServer[],
): { modes: ServerMode[]; without: number } {
  const ports = new Map<string, ServerMode>();
  const without = new Set<Workload>();
  for (const { server } of servers) {
    const { target, endpoints } = server;
    const homes = new Set([...endpoints.map(({ workload }) => workload.namespace), mesh.plane.mesh.rootNamespace]);
    const policies = [...homes].flatMap((namespace) =>
      ['PeerAuthentication', 'Policy'].flatMap((kind) => index.within(kind, namespace)),
    );
    const served = servedPolicies({
      mesh: mesh.plane.mesh,
      workloads: [],
      services: [],
      policies: [...policies, ...index.ofCluster],
    });
    for (const endpoint of endpoints) {
      if (!hasSidecar(endpoint.workload)) {
        without.add(endpoint.workload);
        continue;
      }
      const port = { port: server.port };
      const { mode } = acceptedMode(mesh.plane.mesh, served, endpoint, { service: target, port });
      // Past its sidecar, a port is as if mutual TLS were off.
      ports.set(`${endpoint.workload.name}:${endpoint.port}`, mode ?? 'DISABLE');
    }
  }
  return { modes: [...ports.values()], without: without.size };
}

function namespaceMode({ mesh, index }: Survey, namespace: string): ServerMode {
  const { rootNamespace } = mesh.plane.mesh;
  const policies = [...new Set([namespace, rootNamespace])].flatMap((one) => index.within('PeerAuthentication', one));
  const { peerAuthentications } = servedPolicies({ mesh: mesh.plane.mesh, workloads: [], services: [], policies });
  return scopeMode(peerAuthentications, mesh.plane.mesh, namespace)?.mode ?? 'PERMISSIVE';
}
