import type { Run } from '../../mesh/index.ts';
import {
  authorizationsAt,
  type Endpoint,
  endpointsOf,
  hasSidecar,
  isExternalName,
  logicalNames,
  nameOf,
  type Protocol,
  pathOf,
  protocolTaken,
  type Service,
  type ServicePort,
  servicePort,
  type World,
} from '../../model/index.ts';
import { type CheckStep, isServerFirst, type Topology } from '../../scenario/index.ts';
import { isEnding, isRunning, type Pods, podsOf } from '../../verdict/index.ts';

/** A port of a pod that strangers ask, past its Service. */
export interface Server {
  /** The topology's name, such as `httpbin.full:8080`. */
  name: string;
  endpoint: Endpoint;
  service: Service;
  port: ServicePort;
  protocol: Protocol;
  /** The pod's address; absent if it has no pod that is ready. */
  address?: string;
}

/** Whose servers and clients are asked, and why the model cannot tell what some servers do. */
export interface AskedServers {
  topologies: Topology[];
  doubts: CheckStep['doubts'];
}

/**
 * Returns why it cannot be told what a server does with a stranger that its port would let in, one sentence each. What
 * AuthorizationPolicies refuse is not read.
 */
export function doubtsAt(
  world: World,
  { namespaces }: Pick<Run, 'namespaces'>,
  { endpoint, service, port }: Server,
  doubts: CheckStep['doubts'],
): { always: readonly string[]; ifLetIn: readonly string[] } {
  const to = logicalNames(pathOf(service), namespaces);
  const policies = authorizationsAt(world, endpoint.workload);
  return {
    always: doubts?.({ to, port: port.port }, world.mesh.release) ?? [],
    ifLetIn: policies.map((policy) => `${nameOf(policy)} acts there, and what it refuses of strangers is not read`),
  };
}

/** Returns each port of the servers of some topologies that a Service declares, once. */
export function serversOf({ made, namespaces }: Run, topologies: Topology[], world: World, pods: Pods): Server[] {
  const namespacesOfRun = new Set(
    topologies.flatMap((topology) => topology.namespaces.map((name) => namespaces[name])),
  );
  const all = world.services
    .filter((service) => namespacesOfRun.has(service.metadata.namespace) && !isExternalName(service))
    .flatMap((service) => (service.spec.ports ?? []).filter(isAsked).map((port) => ({ service, port })))
    .flatMap(({ service, port }) =>
      endpointsOf(world, service, servicePort(service, port.port))
        .filter(({ listens }) => listens)
        .map((endpoint) => ({ endpoint, service, port, protocol: protocolTaken(port) })),
    );
  const named = all.map((reached): Server => {
    const { workload, port } = reached.endpoint;
    const pod = podsOf(workload, pods, made).find((candidate) => isRunning(candidate) && !isEnding(candidate));
    const ip = pod?.status?.podIPs?.[0]?.ip;
    const address = ip?.includes(':') ? `[${ip}]` : ip;
    const name = logicalNames(`${workload.name}.${workload.namespace}:${port}`, namespaces);
    return { ...reached, name, ...(address !== undefined && { address }) };
  });
  return [...new Map(named.map((server) => [server.name, server])).values()];
}

function isAsked(port: NonNullable<Service['spec']['ports']>[number]): boolean {
  return !isServerFirst(port) && ['TCP', undefined].includes(port.protocol);
}

/** Returns whether its pods have a sidecar. */
export function isMeshed({ endpoint }: Server): boolean {
  return hasSidecar(endpoint.workload);
}
