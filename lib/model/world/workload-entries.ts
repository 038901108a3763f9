import type { KubeObject, Service, Workload, World } from '../types.ts';
import { isAddress } from './addresses.ts';
import { type Endpoint, isHeadless, servicePort } from './endpoints.ts';
import { selects } from './labels.ts';

/** networking.istio.io WorkloadEntry: only the fields that make it an endpoint of a Service. */
export interface WorkloadEntry extends KubeObject {
  kind: 'WorkloadEntry';
  spec?: {
    address?: string;
    labels?: Record<string, string>;
    ports?: Record<string, number>;
    serviceAccount?: string;
    network?: string;
    weight?: number;
  };
}

const TLS_MODE = 'security.istio.io/tlsMode';

/**
 * Returns the WorkloadEntries that are endpoints of a Service's port. A Service with a selector has those of its namespace
 * that it selects, unless it is headless. Only sidecars know them: kube-proxy and DNS do not.
 * istio/istio pilot/pkg/serviceregistry/kube/controller/controller.go, serviceInstancesFromWorkloadInstances.
 */
export function entryEndpoints({ policies }: Pick<World, 'policies'>, service: Service, port: number): Endpoint[] {
  const declared = servicePort(service, port);
  return entriesOf(policies, service).flatMap((entry) => {
    const { ports = {} } = entry.spec ?? {};
    const { targetPort = port, name = '' } = declared;
    const number = ports[typeof targetPort === 'string' ? targetPort : name] ?? targetPort;
    if (typeof number === 'string') return [];
    return [{ workload: workloadOf(entry), port: number, listens: true, declared: true, opaque: !isRegistered(entry) }];
  });
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
 * Returns what istiod takes an entry for. Without a label of its own it announces mutual TLS if it has an account.
 * istio/istio pilot/pkg/serviceregistry/serviceentry/conversion.go, getTLSModeFromWorkloadEntry.
 */
function workloadOf(entry: WorkloadEntry): Workload {
  const { metadata, spec = {} } = entry;
  const { serviceAccount = '', weight = 1 } = spec;
  const labels = labelsOf(entry);
  return {
    name: metadata.name,
    namespace: metadata.namespace ?? 'default',
    labels: { ...labels, [TLS_MODE]: labels[TLS_MODE] ?? (serviceAccount === '' ? 'disabled' : 'istio') },
    serviceAccount,
    sidecar: isRegistered(entry),
    hostNetwork: false,
    ports: [],
    containers: [],
    replicas: weight,
  };
}
