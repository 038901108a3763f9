import {
  aliasTarget,
  declaresProtocol,
  type Endpoint,
  endpointsOf,
  entriesOf,
  entryEndpoints,
  hasSidecar,
  holds,
  hostEndpoints,
  isExternalName,
  nameOf,
  type Protocol,
  pastServer,
  protocolTaken,
  type Service,
  type Workload,
  type WrittenEndpoint,
  workloadName,
} from '../../model/index.ts';
import type { SurveyedMesh } from '../mesh/mesh.ts';
import type { MeshWorkload } from '../mesh/workload.ts';
import { namespaceOf } from '../snapshot.ts';
import type { actingIn } from './acting.ts';
import { foreignTo, notIntercepting } from './clients.ts';
import { exposureIn } from './exposure.ts';
import { type Guard, guardsOf } from './guards.ts';
import { hostsOf, type NotAsked } from './hosts.ts';
import type { PolicyIndex } from './policy-index.ts';

/** A port of a Service. */
export interface Server {
  service: Service;
  /** The Service that an ExternalName leads to; otherwise the Service itself. */
  target: Service;
  port: number;
  protocol: Protocol;
  endpoints: readonly Endpoint[];
  /** Those of its endpoints that somebody wrote. */
  writtenEndpoints: readonly WrittenEndpoint[];
  /** Workloads whose pods have an address that somebody wrote into a ServiceEntry or WorkloadEntry for it. */
  addressed: readonly Workload[];
  networks: ReadonlySet<string | undefined>;
  /**
   * How clients outside of the mesh come to it, who speak plain text, such as `a NodePort`; undefined if it is not made
   * for them.
   */
  exposed: string | undefined;
  /** Why nothing that is sent to it can be judged, and nothing that clients with a sidecar send, one sentence each. */
  doubts: { all: readonly string[]; sidecars: readonly string[] };
  /** The AuthorizationPolicies at its endpoints. */
  guards: readonly Guard[];
}

type DeclaredPort = NonNullable<Service['spec']['ports']>[number];

/** Returns the ports of a mesh's Services, and what of them cannot be asked. */
export function serversOf(
  mesh: SurveyedMesh,
  index: PolicyIndex,
  acting: ReturnType<typeof actingIn>,
): { servers: Server[]; notAsked: NotAsked[] } {
  const known = new Map(mesh.workloads.map((one) => [workloadName(one.workload), one]));
  const workloads = Map.groupBy(
    mesh.workloads.map(({ workload }) => workload),
    ({ namespace }) => namespace,
  );
  const services = Map.groupBy(mesh.services, namespaceOf);
  const addressed = byAddress(mesh);
  const written = Map.groupBy(mesh.writtenEndpoints, ({ service }) => workloadName(service));
  const exposure = exposureIn(mesh.snapshot);
  const { hosts, notAsked } = hostsOf(mesh);
  const servers = [...mesh.services, ...hosts].flatMap((service) => {
    const target = leadsTo(mesh, service);
    if (target === undefined) {
      const why = `it is an ExternalName for ${service.spec.externalName}, which is no Service of the mesh`;
      notAsked.push({ servers: nameOf(service), why });
      return [];
    }
    const namespace = namespaceOf(target);
    const { name } = target.metadata;
    const near = {
      workloads: workloads.get(namespace) ?? [],
      services: services.get(namespace) ?? [],
      writtenEndpoints: written.get(workloadName({ namespace, name })) ?? [],
    };
    const own = (target.spec.host?.endpoints ?? []).map(({ address }) => address);
    return (target.spec.ports ?? []).flatMap((port): Server[] => {
      if (!['TCP', undefined].includes(port.protocol)) {
        notAsked.push({
          servers: `${nameOf(service)} port ${port.port}`,
          why: `sidecars do not take ${port.protocol}`,
        });
        return [];
      }
      const endpoints = [
        ...endpointsOf(near, target, port),
        ...hostEndpoints({ workloads: addressed(own) }, target, port.port),
      ];
      const { writtenEndpoints } = near;
      const entries = entriesBehind(index, { target, port, endpoints }, addressed);
      const exposed = exposure(service, port);
      const found = { service, target, port, endpoints, writtenEndpoints, entries, exposed, known };
      return [serverOf(mesh, found, index, acting)];
    });
  });
  return { servers, notAsked };
}

/** Returns a server's name, such as `cart.shop:8080`; of a host it is the host's. */
export function nameOfServer({ service, port }: Pick<Server, 'service' | 'port'>): string {
  if (service.spec.host !== undefined) return `${service.metadata.name}:${port}`;
  return `${service.metadata.name}.${service.metadata.namespace}:${port}`;
}

/** Returns the Service that a name leads to; undefined if it leads out of the mesh. */
function leadsTo({ services }: SurveyedMesh, service: Service): Service | undefined {
  if (!isExternalName(service)) return service;
  try {
    return aliasTarget({ services: [...services] }, service);
  } catch {
    return undefined;
  }
}

/** Returns the workloads whose pods have some of these addresses. */
type Addressed = (addresses: readonly (string | undefined)[]) => Workload[];

function byAddress({ workloads }: SurveyedMesh): Addressed {
  const found = new Map(
    workloads.flatMap(({ workload }) => (workload.addresses ?? []).map((address) => [address, workload] as const)),
  );
  return (addresses) => addresses.flatMap((address = '') => found.get(address) ?? []);
}

/** Returns the workloads at addresses that somebody wrote, as the mesh has them. */
function addressedIn(endpoints: readonly Endpoint[], known: ReadonlyMap<string, MeshWorkload>): Workload[] {
  const own = endpoints.filter(({ knownAs }) => knownAs !== undefined);
  return [...new Set(own.flatMap(({ workload }) => known.get(workloadName(workload))?.workload ?? []))];
}

interface Known {
  service: Service;
  target: Service;
  port: DeclaredPort;
  endpoints: Endpoint[];
  writtenEndpoints: readonly WrittenEndpoint[];
  /** Its WorkloadEntries: pods at their addresses, and why these leave open what becomes of requests. */
  entries: EntriesBehind;
  exposed: string | undefined;
  /** By name. */
  known: ReadonlyMap<string, MeshWorkload>;
}

function serverOf(
  mesh: SurveyedMesh,
  { known, port, entries, ...server }: Known,
  index: PolicyIndex,
  acting: ReturnType<typeof actingIn>,
): Server {
  const { target, endpoints } = server;
  const behind = [...new Set([...endpoints, ...entries.endpoints].map(({ workload }) => workload))];
  const taken = [...endpoints, ...entries.endpoints].filter(
    (one) => hasSidecar(one.workload) && pastServer(one.workload, one.port) === undefined,
  );
  return {
    ...server,
    port: port.port,
    protocol: protocolTaken(port),
    addressed: addressedIn([...endpoints, ...entries.endpoints], known),
    networks: new Set(behind.map((workload) => known.get(workloadName(workload))?.network)),
    doubts: {
      all: [
        ...byHand(mesh, target),
        ...behind.flatMap((workload) => endpointDoubts(mesh, known.get(workloadName(workload)))),
        ...behind.flatMap((workload) => acting(workload, 'server')),
      ],
      sidecars: [...entries.doubts, ...undeclaredAlias(mesh, server.service, port)],
    },
    guards: guardsOf(mesh, index, taken),
  };
}

/** Manifests do not have the addresses of pods. */
function byHand({ snapshot }: SurveyedMesh, service: Service): string[] {
  const { selector = {} } = service.spec;
  const isRead = snapshot.source === 'cluster' && !snapshot.unread.some(({ kind }) => kind === 'EndpointSlice');
  if (Object.keys(selector).length > 0 || isRead || service.spec.host !== undefined) return [];
  return [`${nameOf(service)} has no selector: who serves it is written by hand`];
}

function endpointDoubts(mesh: SurveyedMesh, found: MeshWorkload | undefined): string[] {
  if (found === undefined) return [];
  const { workload, role, ambient, annotations, revision } = found;
  const name = workloadName(workload);
  if (role !== 'application') return [`${name} is a ${role}: what its ports take, Gateways and routes say`];
  if (ambient) return [`${name} is in the ambient mesh, of which the model knows nothing`];
  if (!hasSidecar(workload)) return [];
  return [
    ...notIntercepting(name, annotations),
    ...foreignTo(mesh, name, revision),
    ...(mesh.undiscovered.has(workload.namespace)
      ? [`the mesh's discoverySelectors leave out namespace ${workload.namespace} of ${name}`]
      : []),
  ];
}

/**
 * Where an ExternalName is no alias of its target, sidecars know its own name. But if the port declares no protocol, they
 * may go by the target's address.
 */
function undeclaredAlias({ plane }: SurveyedMesh, service: Service, port: DeclaredPort): string[] {
  const isOpen = isExternalName(service) && holds('external-name.external', plane.mesh.release);
  if (!isOpen || declaresProtocol(port)) return [];
  return [`${nameOf(service)} is an ExternalName, and its port ${port.port} declares no protocol`];
}

/** Pods with the addresses of a server's WorkloadEntries. */
interface EntriesBehind {
  endpoints: readonly Endpoint[];
  doubts: readonly string[];
}

/** Of some WorkloadEntries it is not known what answers at their addresses, or whether istiod counts them. */
function entriesBehind(
  index: PolicyIndex,
  { target, port, endpoints }: Pick<Server, 'target' | 'endpoints'> & { port: DeclaredPort },
  addressed: Addressed,
): EntriesBehind {
  const policies = [...index.within('WorkloadEntry', namespaceOf(target))];
  const entries = entriesOf(policies, target);
  if (entries.length === 0) return { endpoints: [], doubts: [] };
  const selected = new Set(endpoints.flatMap(({ workload }) => workload.addresses ?? []));
  const doubts = entries.flatMap(({ metadata, spec = {} }) => {
    const name = `WorkloadEntry ${metadata.namespace}/${metadata.name}`;
    return [
      // Which of the two istiod then takes is not known.
      ...(selected.has(spec.address ?? '') ? [`${name} has the address of a pod that ${nameOf(target)} has, too`] : []),
      ...(spec.network === undefined ? [] : [`${name} is in network ${spec.network}`]),
      ...(metadata.annotations?.['proxy.istio.io/health-checks-enabled'] === undefined
        ? []
        : [`whether ${name} serves depends on its health`]),
    ];
  });
  const workloads = addressed(entries.map(({ spec }) => spec?.address));
  const found = entryEndpoints({ policies: entries, workloads }, target, port.port);
  return { endpoints: found.filter(({ opaque }) => !opaque), doubts };
}
