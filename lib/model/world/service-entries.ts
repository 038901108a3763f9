import type { KubeObject, Service, World, WrittenWorkload } from '../types.ts';
import { type Endpoint, servicePort } from './endpoints.ts';
import { nameOf } from './name.ts';
import { writtenEndpoint } from './workload-entries.ts';

/** networking.istio.io ServiceEntry. */
export interface ServiceEntry extends KubeObject {
  kind: 'ServiceEntry';
  spec?: {
    hosts?: string[];
    addresses?: string[];
    ports?: { number: number; name?: string; protocol?: string; targetPort?: number }[];
    location?: string;
    resolution?: string;
    endpoints?: WrittenWorkload[];
    workloadSelector?: { labels?: Record<string, string> };
    exportTo?: string[];
    subjectAltNames?: string[];
  };
}

/**
 * Returns the hosts of a ServiceEntry as Services, as istiod does. It selects pods and WorkloadEntries of its namespace.
 * istio/istio pilot/pkg/serviceregistry/serviceentry/conversion.go, convertServices.
 */
export function hostsIn(entry: ServiceEntry): Service[] {
  const { namespace = 'default' } = entry.metadata;
  const { spec = {} } = entry;
  const { resolution = 'NONE', workloadSelector } = spec;
  const host = {
    entry: nameOf(entry),
    isExternal: spec.location !== 'MESH_INTERNAL',
    resolution,
    exportTo: spec.exportTo ?? [],
    addresses: spec.addresses ?? [],
    endpoints: spec.endpoints ?? [],
    subjectAltNames: spec.subjectAltNames ?? [],
  };
  const ports = (spec.ports ?? []).map(({ number, name, protocol, targetPort }) => ({
    port: number,
    ...(name !== undefined && { name }),
    ...(protocol !== undefined && { appProtocol: protocol.toLowerCase() }),
    ...(targetPort !== undefined && { targetPort }),
  }));
  return (spec.hosts ?? []).map((name) => ({
    apiVersion: entry.apiVersion,
    kind: 'Host',
    metadata: { name, namespace },
    spec: {
      host,
      ports,
      ...(workloadSelector?.labels && { selector: workloadSelector.labels }),
      // Requests go to the address that the client has looked up.
      ...(resolution === 'NONE' && { clusterIP: 'None' }),
    },
  }));
}

/** Returns whether a host stands for itself: requests go to where DNS leads, whoever asks. */
export function isItself({ spec }: Service): boolean {
  const { host, selector } = spec;
  return host !== undefined && host.resolution !== 'STATIC' && host.endpoints.length === 0 && selector === undefined;
}

/**
 * Returns the endpoints that a ServiceEntry names for its host: by address, or else the host itself. A Service has none.
 * istio/istio pilot/pkg/serviceregistry/serviceentry/conversion.go, convertServiceEntryToInstances.
 */
export function hostEndpoints(world: Pick<World, 'workloads'>, service: Service, port: number): Endpoint[] {
  const { host } = service.spec;
  if (host === undefined) return [];
  const { name, namespace = 'default' } = service.metadata;
  const declared = servicePort(service, port);
  const all = isItself(service) ? [{ address: name }] : host.endpoints;
  return all.map((written: WrittenWorkload) => ({
    ...writtenEndpoint(world, { name: written.address ?? '', namespace }, written, declared),
    listed: true,
  }));
}

/** Returns what of a ServiceEntry's endpoints the rules do not know, one sentence each. */
export function endpointDoubts({ spec }: Service): string[] {
  const { entry = '', endpoints = [] } = spec.host ?? {};
  return endpoints.flatMap(({ address = '', network }) => [
    ...(network === undefined ? [] : [`${entry} has an endpoint in network ${network}`]),
    ...(address.startsWith('unix://') ? [`${entry} has ${address} as an endpoint`] : []),
    ...(/\.svc(\.cluster\.local)?\.?$/.test(address)
      ? [`${entry} leads to ${address}, which kube-proxy leads on`]
      : []),
  ]);
}
