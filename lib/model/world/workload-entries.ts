import type { KubeObject, Service, Workload, World, WrittenWorkload } from '../types.ts';
import { isAddress } from './addresses.ts';
import { type Endpoint, isHeadless, servicePort } from './endpoints.ts';
import { selects } from './labels.ts';

/** networking.istio.io WorkloadEntry: only the fields that make it an endpoint of a Service. */
export interface WorkloadEntry extends KubeObject {
  kind: 'WorkloadEntry';
  spec?: WrittenWorkload;
}

const TLS_MODE = 'security.istio.io/tlsMode';

/**
 * Returns the WorkloadEntries that are endpoints of a Service's port. A Service with a selector has those of its namespace
 * that it selects, unless it is headless. Only sidecars know them: kube-proxy and DNS do not.
 * istio/istio pilot/pkg/serviceregistry/kube/controller/controller.go, serviceInstancesFromWorkloadInstances.
 */
export function entryEndpoints(
  world: Pick<World, 'policies' | 'workloads'>,
  service: Service,
  port: number,
): Endpoint[] {
  const declared = servicePort(service, port);
  return entriesOf(world.policies, service).flatMap((entry) => {
    const { ports = {} } = entry.spec ?? {};
    const { targetPort = port, name = '' } = declared;
    const number = ports[typeof targetPort === 'string' ? targetPort : name] ?? targetPort;
    if (typeof number === 'string') return [];
    const { name: own, namespace = 'default' } = entry.metadata;
    const written = { ...entry.spec, labels: labelsOf(entry) };
    const found = writtenEndpoint(world, { name: own, namespace }, written, { ...declared, targetPort: number });
    if (!isRegistered(entry)) return [{ ...found, port: number }];
    return [{ ...found, workload: { ...found.workload, sidecar: true }, port: number, opaque: false }];
  });
}

/**
 * Returns an endpoint that somebody wrote. What answers is the pod that has its address, if there is one; what istiod
 * takes it for is what is written beside the address.
 * @param place the name and namespace of what is written
 */
export function writtenEndpoint(
  { workloads }: Pick<World, 'workloads'>,
  place: { name: string; namespace: string },
  written: WrittenWorkload,
  { name = '', port, targetPort = port }: NonNullable<Service['spec']['ports']>[number],
): Endpoint {
  const known = workloadOf(place, written);
  const { address = '', ports = {}, weight = 1 } = written;
  const pod = workloads.find(({ addresses = [] }) => addresses.includes(address));
  const at = { port: ports[name] ?? Number(targetPort), listens: true, declared: true };
  if (pod === undefined) return { ...at, workload: known, opaque: true };
  const { labels, serviceAccount } = known;
  return { ...at, workload: { ...pod, replicas: weight }, knownAs: { ...place, labels, serviceAccount } };
}

/** Returns the WorkloadEntries that a Service selects. */
export function entriesOf(policies: World['policies'], service: Service): WorkloadEntry[] {
  const { selector = {} } = service.spec;
  if (isHeadless(service) || Object.keys(selector).length === 0) return [];
  return policies
    .filter((object): object is WorkloadEntry => object.kind === 'WorkloadEntry')
    .filter(({ metadata }) => (metadata.namespace ?? 'default') === (service.metadata.namespace ?? 'default'))
    .filter((entry) => isAddress(entry.spec?.address ?? '') && selects(selector, labelsOf(entry)));
}

/** One that istiod has made for a sidecar which registered itself: then it is known what answers there. */
function isRegistered({ metadata }: WorkloadEntry): boolean {
  return metadata.annotations?.['istio.io/autoRegistrationGroup'] !== undefined;
}

function labelsOf({ metadata, spec = {} }: WorkloadEntry): Record<string, string> {
  return { ...spec.labels, ...metadata.labels };
}

/**
 * Returns what istiod takes an endpoint for. Without a label of its own it announces mutual TLS if it has an account.
 * istio/istio pilot/pkg/serviceregistry/serviceentry/conversion.go, getTLSModeFromWorkloadEntry.
 */
function workloadOf(
  place: { name: string; namespace: string },
  { labels = {}, serviceAccount = '', weight = 1 }: WrittenWorkload,
): Workload {
  return {
    ...place,
    labels: { ...labels, [TLS_MODE]: labels[TLS_MODE] ?? (serviceAccount === '' ? 'disabled' : 'istio') },
    serviceAccount,
    sidecar: false,
    hostNetwork: false,
    ports: [],
    containers: [],
    replicas: weight,
  };
}
