import type { KubeObject } from '../../model/index.ts';
import type { Container, EndpointSlice, Pod } from '../snapshot.ts';

/** The annotation by which findings on an object are accepted: their codes, with commas between. */
export const ACCEPT = 'automtls.dev/accept';

/** Annotations by which a mesh goes, and the class of an Ingress. Others may hold anything, and secrets too. */
const heeded = /^(?:(?:[a-z]+\.)*istio\.io\/|kubernetes\.io\/ingress\.class$)/;

/** Large, and said by the pod itself. */
const unheeded = new Set(['sidecar.istio.io/status']);

/** Istio's init containers that redirect connections to the sidecar, or see whether the CNI plugin did. */
export const redirecting = ['istio-init', 'istio-validation'];

/**
 * Returns an object of a cluster with nothing but what a mesh looks at: no environment variables, no status but a
 * pod's readiness, and no annotations but Istio's and an Ingress' class.
 */
export function trimmed(object: KubeObject): KubeObject {
  const { apiVersion, kind, metadata } = object;
  const { spec } = object as { spec?: unknown };
  const base = { apiVersion, kind, metadata: metadataOf(metadata) };
  if (kind === 'Pod') return { ...base, ...podParts(object as Pod) } as KubeObject;
  if (kind === 'EndpointSlice') return { ...base, ...writtenParts(object as EndpointSlice) } as KubeObject;
  return { ...base, ...(spec === undefined ? {} : { spec }) } as KubeObject;
}

/** Returns whether a Deployment is istiod's. Up to 1.4 it is called Pilot. */
export function isControlPlane({ metadata }: KubeObject): boolean {
  return ['istiod', 'pilot'].includes(metadata.labels?.['app'] ?? '');
}

/** Returns the annotations by which a mesh goes. */
export function heededOf(annotations: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations).filter(([key]) => (key === ACCEPT || heeded.test(key)) && !unheeded.has(key)),
  );
}

function metadataOf(metadata: Pod['metadata']): Pod['metadata'] {
  const { name, namespace, uid, creationTimestamp, deletionTimestamp, labels, annotations, ownerReferences } = metadata;
  const kept = heededOf(annotations ?? {});
  return {
    name,
    ...(namespace !== undefined && { namespace }),
    ...(uid !== undefined && { uid }),
    ...(creationTimestamp !== undefined && { creationTimestamp }),
    ...(deletionTimestamp !== undefined && { deletionTimestamp }),
    ...(labels !== undefined && { labels }),
    ...(Object.keys(kept).length > 0 && { annotations: kept }),
    ...(ownerReferences !== undefined && {
      ownerReferences: ownerReferences.map(({ kind, name: owner, controller = false }) => ({
        kind,
        name: owner,
        controller,
      })),
    }),
  };
}

/** What Kubernetes' own controller writes follows from the Service's selector. */
function writtenParts({ metadata, addressType, ports, endpoints = [] }: EndpointSlice): Partial<EndpointSlice> {
  if (metadata.labels?.['endpointslice.kubernetes.io/managed-by'] === 'endpointslice-controller.k8s.io') return {};
  return {
    ...(addressType !== undefined && { addressType }),
    ports: (ports ?? []).map(({ name, port }) => ({ ...(name && { name }), ...(port !== undefined && { port }) })),
    endpoints: endpoints.map(({ addresses, conditions, targetRef }) => ({
      addresses,
      ...(conditions?.ready === false && { conditions: { ready: false } }),
      ...(targetRef !== undefined && { targetRef }),
    })),
  };
}

function podParts({ spec, status }: Pod): Pick<Pod, 'spec' | 'status'> {
  const { serviceAccountName, hostNetwork, containers = [], initContainers } = spec;
  const ready = status?.conditions?.filter(({ type }) => type === 'Ready') ?? [];
  return {
    spec: {
      ...(serviceAccountName !== undefined && { serviceAccountName }),
      ...(hostNetwork !== undefined && { hostNetwork }),
      containers: containers.map(containerParts),
      ...(initContainers !== undefined && { initContainers: initContainers.map(containerParts) }),
    },
    status: {
      ...(status?.phase !== undefined && { phase: status.phase }),
      ...(status?.podIP !== undefined && { podIP: status.podIP }),
      ...(status?.podIPs !== undefined && { podIPs: status.podIPs }),
      conditions: ready.map(({ type, status: is }) => ({ type, status: is })),
    },
  };
}

function containerParts({ name, args, ports, restartPolicy }: Container): Container {
  return {
    name,
    // Of the proxy they say whether it is a gateway's, of the others what is redirected; an application's may have secrets.
    ...(name === 'istio-proxy' && args !== undefined && { args: args.slice(0, 2) }),
    ...(redirecting.includes(name) && args !== undefined && { args }),
    ...(ports !== undefined && { ports }),
    ...(restartPolicy !== undefined && { restartPolicy }),
  };
}
