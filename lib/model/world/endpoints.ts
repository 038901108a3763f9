import type { ServicePort } from '../policies/authentication-policy.ts';
import { holds } from '../rules/rules.ts';
import type { Service, Workload, World } from '../types.ts';
import { hostnameOf } from './hosts.ts';
import { announcesMutualTls, selects } from './labels.ts';

/** A workload behind a Service, and how a request reaches it. */
export interface Endpoint {
  workload: Workload;
  /** The pod's port that the request connects to. */
  port: number;
  /**
   * Whether the pod listens on it: it is the Service's target, or one of the pod's own ports. A headless Service does
   * not translate its port to the target.
   */
  listens: boolean;
  /** Whether a Service declares it as a port of the pod. */
  declared: boolean;
  /** Set if istiod does not know that the workload is there: it has an address, and nothing else of it. */
  unknown?: true;
  /** Whether it is not known what answers there: it may take TLS, or it may not. */
  opaque?: boolean;
  /** What istiod takes it for, where somebody wrote the address of a pod; the workload if absent. */
  knownAs?: Pick<Workload, 'name' | 'namespace' | 'labels' | 'serviceAccount'>;
  /** Set if a ServiceEntry itself lists it. */
  listed?: true;
}

type DeclaredPort = NonNullable<Service['spec']['ports']>[number];

/** Returns whether DNS resolves the Service to its pods instead of one address for all. */
export function isHeadless({ spec }: Service): boolean {
  return spec.clusterIP === 'None';
}

/** Returns whether the Service is a name for another host. */
export function isExternalName({ spec }: Service): boolean {
  return spec.type === 'ExternalName';
}

/** Returns the port as the Service declares it; throws if it declares no such port. */
export function servicePort(service: Service, port: number): DeclaredPort {
  const found = service.spec.ports?.find((one) => one.port === port);
  if (found === undefined) {
    throw new Error(`Service ${service.metadata.namespace}/${service.metadata.name} has no port ${port}`);
  }
  return found;
}

/**
 * Returns the workloads in the Service's namespace that its selector selects, with the port that requests connect to.
 * This is `targetPort`, a number or the name of a port of the pod; by default it is the Service's own port.
 */
export function endpointsOf(
  world: Pick<World, 'workloads' | 'services' | 'writtenEndpoints'>,
  service: Service,
  port: Pick<ServicePort, 'port'>,
): Endpoint[] {
  const { workloads, services } = world;
  const declared = servicePort(service, port.port);
  const selected = workloads
    .filter((workload) => workload.replicas > 0 && isBehind(workload, service))
    .flatMap((workload) => {
      const target = targetOf(declared, workload);
      if (target === undefined) return [];
      const dialled = isHeadless(service) ? port.port : target;
      const listens = dialled === target || workload.ports.some((own) => own.port === dialled);
      return [{ workload, port: dialled, listens, declared: isDeclared(services, workload, dialled) }];
    });
  return [...selected, ...writtenAt(world, service, declared)];
}

function writtenAt(
  { writtenEndpoints = [] }: Pick<World, 'writtenEndpoints'>,
  service: Service,
  { name, port }: DeclaredPort,
): Endpoint[] {
  const { namespace = 'default', name: own } = service.metadata;
  return writtenEndpoints
    .filter((one) => one.service.namespace === namespace && one.service.name === own && one.portName === name)
    .map(({ workload, port: target, isKnown }) => {
      const dialled = isHeadless(service) ? port : target;
      const listens = dialled === target || workload.ports.some((one) => one.port === dialled);
      const at = { workload, port: dialled, listens, declared: true };
      return isKnown ? at : { ...at, unknown: true as const, opaque: true };
    });
}

/** Returns what istiod takes an endpoint for: it goes by that when it configures clients. */
export function knownWorkload({ workload, knownAs }: Endpoint): Workload {
  return knownAs === undefined ? workload : { ...workload, ...knownAs };
}

/** Returns whether clients take an endpoint for one that announces mutual TLS. */
export function isAnnounced(endpoint: Endpoint): boolean {
  return endpoint.unknown !== true && announcesMutualTls(knownWorkload(endpoint));
}

/** Returns the labels by which clients know an endpoint. */
export function knownLabels(endpoint: Endpoint): Record<string, string> {
  return endpoint.unknown === true ? {} : knownWorkload(endpoint).labels;
}

function isBehind({ namespace, labels }: Workload, { metadata, spec }: Service): boolean {
  const { selector = {} } = spec;
  const isSelecting = Object.keys(selector).length > 0;
  return isSelecting && namespace === (metadata.namespace ?? 'default') && selects(selector, labels);
}

function targetOf({ port, targetPort = port }: DeclaredPort, { ports }: Workload): number | undefined {
  return typeof targetPort === 'number' ? targetPort : ports.find(({ name }) => name === targetPort)?.port;
}

/** Returns the ports of Services that lead to a port of a workload. */
export function portsLeadingTo(services: readonly Service[], workload: Workload, port: number): DeclaredPort[] {
  return services
    .filter((service) => isBehind(workload, service))
    .flatMap(({ spec }) => (spec.ports ?? []).filter((declared) => targetOf(declared, workload) === port));
}

function isDeclared(services: Service[], workload: Workload, port: number): boolean {
  return portsLeadingTo(services, workload, port).length > 0;
}

/**
 * Returns the Service as which a client's sidecar has what a name leads to: its target, or, where an ExternalName is
 * outside of the mesh, the name itself.
 */
export function knownAs(world: World, named: Service): Service {
  const isOutside = isExternalName(named) && holds('external-name.external', world.mesh.release);
  return isOutside ? named : aliasTarget(world, named);
}

/**
 * Returns the Service that an ExternalName finally leads to; a Service of any other type is its own target.
 * Throws if the name leads out of the world, or back to itself, since it is then unknown what answers.
 */
export function aliasTarget({ services }: Pick<World, 'services'>, alias: Service): Service {
  const seen = new Set<Service>();
  let service = alias;
  while (isExternalName(service)) {
    const host = service.spec.externalName?.replace(/\.$/, '');
    const next = services.find((one) => hostnameOf(one) === host);
    if (next === undefined || seen.has(next)) {
      const { namespace, name } = alias.metadata;
      throw new Error(`ExternalName ${namespace}/${name} leads to ${host}, which is no Service of this world`);
    }
    seen.add(next);
    service = next;
  }
  return service;
}

/** Returns the Service that a question asks and, if that is another name for one, also that one; none if there is none. */
export function servicesAsked(world: Pick<World, 'services'>, server: { namespace: string; name: string }): Service[] {
  const named = serviceNamed(world.services, server);
  return named === undefined ? [] : [...new Set([named, aliasTarget(world, named)])];
}

/** Returns the workloads whose pods a Service, as it was applied, selects. */
export function backing({ metadata, spec }: Service, workloads: readonly Workload[]): Workload[] {
  if (spec.selector === undefined) return [];
  return workloads.filter(
    ({ namespace, labels }) => namespace === metadata.namespace && selects(spec.selector, labels),
  );
}

/** Returns the workloads that serve the Service that a question asks. */
export function workloadsAsked(
  world: Pick<World, 'services' | 'workloads'>,
  server: { namespace: string; name: string },
): Workload[] {
  const target = servicesAsked(world, server).at(-1);
  return target === undefined ? [] : backing(target, world.workloads);
}

/** Returns the workload with this name; undefined if there is none. */
export function workloadNamed(
  workloads: readonly Workload[],
  { namespace, name }: { namespace: string; name: string },
): Workload | undefined {
  return workloads.find((one) => one.namespace === namespace && one.name === name);
}

/** Returns the Service with this name; undefined if there is none. */
export function serviceNamed(
  services: Service[],
  { namespace, name }: { namespace: string; name: string },
): Service | undefined {
  return services.find(({ metadata }) => (metadata.namespace ?? 'default') === namespace && metadata.name === name);
}
