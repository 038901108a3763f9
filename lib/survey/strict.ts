import { kinds } from '../kinds/index.ts';
import {
  acceptedMode,
  type Endpoint,
  hasSidecar,
  type KubeObject,
  type PeerAuthentication,
  type Release,
  type ServerMode,
  scopeMode,
  servedPolicies,
  versionsOn,
  workloadName,
} from '../model/index.ts';
import type { OnProgress } from '../platform/progress.ts';
import type { SurveyedMesh } from './mesh/mesh.ts';
import { sharesOf } from './pairs/answers.ts';
import type { ClientSet, SortClass } from './pairs/classes.ts';
import type { Client } from './pairs/clients.ts';
import type { Server } from './pairs/servers.ts';
import { answersWith, counting, countsOf, type Survey, type SurveyedServer } from './survey.ts';

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
  /** Who would lose what if it were STRICT without an exception; undefined if the release has no such policy. */
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
export function strictnessOf(survey: Survey, onProgress: OnProgress = () => {}): NamespaceStrictness[] {
  const { mesh } = survey;
  const { release, rootNamespace } = mesh.plane.mesh;
  const hasPolicies = versionsOn(release, kinds.PeerAuthentication).length > 0;
  const after = answersWith(hasPolicies ? withStrict(mesh, survey) : mesh);
  const clientsOf = clientsIn(survey);
  const looked = counting(survey.servers.length, 'judging what STRICT would break', onProgress);
  const lossesAt = (server: SurveyedServer): Loss[] => {
    looked();
    return lossesOf(server, after, clientsOf);
  };
  const byNamespace = serversByHome(survey.servers);
  return [...byNamespace]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([namespace, servers]) => {
      // In the root namespace such a policy would be the whole mesh's.
      const isAsked = hasPolicies && namespace !== rootNamespace;
      const { modes, without } = modesOf(survey, namespace, servers);
      return {
        namespace,
        mode: namespaceMode(survey, namespace),
        strict: modes.filter((mode) => mode === 'STRICT').length,
        ports: modes.length,
        without,
        losses: isAsked ? servers.flatMap(lossesAt) : undefined,
        unknown: countsOf({ servers }).unknown,
      };
    });
}

/** Returns the servers on which policies of each namespace act. Those of a host act on the pods that are behind it. */
function serversByHome(servers: readonly SurveyedServer[]): Map<string, SurveyedServer[]> {
  const homes = servers.flatMap((one) => {
    const { target, endpoints, addressed } = one.server;
    const pods = [...endpoints.flatMap(({ workload, opaque }) => (opaque ? [] : [workload])), ...addressed];
    const names =
      target.spec.host === undefined ? [target.metadata.namespace ?? ''] : pods.map(({ namespace }) => namespace);
    return [...new Set(names)].map((home) => ({ home, one }));
  });
  return new Map([...Map.groupBy(homes, ({ home }) => home)].map(([home, own]) => [home, own.map(({ one }) => one)]));
}

/** Returns whether an object is a PeerAuthentication for all workloads of its namespace, or of the mesh. */
export function isWide(object: KubeObject): object is PeerAuthentication {
  const { spec } = object as PeerAuthentication;
  return object.kind === 'PeerAuthentication' && Object.keys(spec?.selector?.matchLabels ?? {}).length === 0;
}

/** Returns a PeerAuthentication for all workloads of a namespace, in the newest version that a release serves. */
export function strictPolicy(release: Release, metadata: { namespace: string; name: string }): PeerAuthentication {
  const [version = 'v1'] = versionsOn(release, kinds.PeerAuthentication);
  const apiVersion = `${kinds.PeerAuthentication.group}/${version}`;
  return { apiVersion, kind: 'PeerAuthentication', metadata, spec: { mtls: { mode: 'STRICT' } } };
}

/** Returns the mesh as it would be if each namespace with Services were STRICT, without an exception. */
function withStrict(mesh: SurveyedMesh, { servers }: Survey): SurveyedMesh {
  const { rootNamespace, release } = mesh.plane.mesh;
  const namespaces = new Set(serversByHome(servers).keys());
  namespaces.delete(rootNamespace);
  const others = mesh.policies.filter(
    ({ kind, metadata }) => kind !== 'PeerAuthentication' || !namespaces.has(metadata.namespace ?? ''),
  );
  const strict = [...namespaces].map((namespace) => strictPolicy(release, { namespace, name: 'default' }));
  return { ...mesh, policies: [...others, ...strict] };
}

/** Returns the clients that are answered now, and some of whose requests would then be refused. */
function lossesOf(
  { server, answers }: SurveyedServer,
  after: ReturnType<typeof answersWith>,
  clientsOf: (losing: readonly (readonly SortClass[])[]) => readonly Client[],
): Loss[] {
  const losing = answers.flatMap(({ answer, classes }) => {
    if (answer.result === 'unknown' || answer.result === 'none') return [];
    const before = sharesOf(answer).refused;
    // Nobody can lose more.
    if (before === 1) return [];
    const own = classes.filter(([sort]) => sort !== undefined && sharesOf(after(server, sort)).refused > before);
    return own.length === 0 ? [] : [own];
  });
  return losing.length === 0 ? [] : [{ clients: clientsOf(losing), server }];
}

/** Returns how to get the clients of several groups; those of the same groups are one array. */
function clientsIn({ setOf }: Survey): (groups: readonly (readonly SortClass[])[]) => readonly Client[] {
  const ids = new Map<ClientSet, number>();
  const known = new Map<string, readonly Client[]>();
  return (groups) => {
    const sets = groups.map(setOf);
    for (const set of sets) if (!ids.has(set)) ids.set(set, ids.size);
    const key = sets.map((set) => ids.get(set)).join();
    const [only, ...others] = sets;
    const found =
      known.get(key) ?? (only && others.length === 0 ? only.clients : sets.flatMap(({ clients }) => clients));
    known.set(key, found);
    return found;
  };
}

function modesOf(
  survey: Survey,
  namespace: string,
  servers: readonly SurveyedServer[],
): { modes: ServerMode[]; without: number } {
  const ports = new Map<string, ServerMode>();
  const without = new Set<string>();
  for (const { server } of servers) {
    const isOwn = ({ workload, opaque }: Endpoint): boolean =>
      server.target.spec.host === undefined || (workload.namespace === namespace && !opaque);
    for (const { endpoint, mode } of modesAt(survey, server).filter((one) => isOwn(one.endpoint))) {
      if (mode === undefined) without.add(workloadName(endpoint.workload));
      else ports.set(`${endpoint.workload.name}:${endpoint.port}`, mode);
    }
  }
  return { modes: [...ports.values()], without: without.size };
}

/** Returns the endpoints of a server, each with what its sidecar takes; without a sidecar it takes anything. */
export function modesAt(
  { mesh, index }: Pick<Survey, 'mesh' | 'index'>,
  { target, endpoints, port }: Server,
): { endpoint: Endpoint; mode: ServerMode | undefined }[] {
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
  return endpoints.map((endpoint) => {
    if (!hasSidecar(endpoint.workload)) return { endpoint, mode: undefined };
    const { mode } = acceptedMode(mesh.plane.mesh, served, endpoint, { service: target, port: { port } });
    // Past its sidecar, a port is as if mutual TLS were off.
    return { endpoint, mode: mode ?? 'DISABLE' };
  });
}

function namespaceMode({ mesh, index }: Survey, namespace: string): ServerMode {
  const { rootNamespace } = mesh.plane.mesh;
  const policies = [...new Set([namespace, rootNamespace])].flatMap((one) => index.within('PeerAuthentication', one));
  const { peerAuthentications } = servedPolicies({ mesh: mesh.plane.mesh, workloads: [], services: [], policies });
  return scopeMode(peerAuthentications, mesh.plane.mesh, namespace)?.mode ?? 'PERMISSIVE';
}
