import type { Workload, WrittenEndpoint } from '../../model/index.ts';
import { type EndpointSlice, namespaceOf, objectsOf, type Pod, type Snapshot } from '../snapshot.ts';
import { addressesOf } from './from-pods.ts';

/**
 * Returns the endpoints of a cluster's Services that no controller of Kubernetes' wrote, those at one workload together.
 * istiod takes an address for a pod's if a pod of the Service's namespace has it.
 * istio/istio pilot/pkg/serviceregistry/kube/controller/endpointslice.go, getPod.
 */
export function writtenEndpoints(snapshot: Snapshot, workloads: readonly Workload[]): WrittenEndpoint[] {
  const slices = objectsOf<EndpointSlice>(snapshot, 'EndpointSlice').filter(
    ({ endpoints = [] }) => endpoints.length > 0,
  );
  if (slices.length === 0) return [];
  const find = finder(snapshot, workloads);
  const found = new Map<string, WrittenEndpoint>();
  for (const slice of slices) {
    const service = serviceOf(slice);
    if (service === undefined || slice.addressType === 'FQDN') continue;
    const serving = (slice.endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false);
    for (const { addresses, targetRef } of serving) {
      for (const address of addresses) {
        const at = find(address, service.namespace, targetRef);
        for (const { name, port } of at === undefined ? [] : (slice.ports ?? [])) {
          if (at === undefined || port === undefined) continue;
          const key = JSON.stringify([service, name, port, at.isKnown, at.workload.namespace, at.workload.name]);
          const one = found.get(key) ?? { service, port, ...at, ...(name && { portName: name }) };
          const replicas = found.has(key) ? one.workload.replicas + 1 : 1;
          found.set(key, { ...one, workload: { ...one.workload, replicas } });
        }
      }
    }
  }
  return [...found.values()];
}

/** Returns the Service that a slice is for. */
export function serviceOf(slice: EndpointSlice): WrittenEndpoint['service'] | undefined {
  const name = slice.metadata.labels?.['kubernetes.io/service-name'];
  return name === undefined ? undefined : { namespace: namespaceOf(slice), name };
}

type Reference = NonNullable<EndpointSlice['endpoints']>[number]['targetRef'];

/** Returns how to find what is at an address; undefined is what istiod waits for: a pod that is not there. */
function finder(snapshot: Snapshot, workloads: readonly Workload[]) {
  const byAddress = new Map<string, Workload[]>();
  for (const workload of workloads) {
    for (const address of workload.addresses ?? []) {
      byAddress.set(address, [...(byAddress.get(address) ?? []), workload]);
    }
  }
  const pods = new Map(objectsOf<Pod>(snapshot, 'Pod').map((pod) => [`${namespaceOf(pod)}/${pod.metadata.name}`, pod]));
  return (
    address: string,
    namespace: string,
    reference: Reference,
  ): Pick<WrittenEndpoint, 'workload' | 'isKnown'> | undefined => {
    const at = byAddress.get(address) ?? [];
    if (reference?.kind === 'Pod') {
      const pod = pods.get(`${reference.namespace ?? namespace}/${reference.name}`);
      const workload = at.find(
        (one) => pod !== undefined && addressesOf(pod).some((own) => one.addresses?.includes(own)),
      );
      return workload && { workload, isKnown: true };
    }
    const workload = at.find((one) => one.namespace === namespace) ?? at[0] ?? nobodys(address, namespace);
    return { workload, isKnown: workload.namespace === namespace && at.length > 0 };
  };
}

/** What is at an address that no pod has. */
function nobodys(address: string, namespace: string): Workload {
  return {
    name: address,
    namespace,
    labels: {},
    serviceAccount: '',
    sidecar: false,
    hostNetwork: false,
    ports: [],
    containers: [],
    replicas: 1,
  };
}
