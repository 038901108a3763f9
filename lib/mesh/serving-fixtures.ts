import type { KubeObject, Service, Workload, World } from '../model/types.ts';
import { hasSidecar, selects } from '../model/world/labels.ts';
import { RUN_LABEL } from '../platform/kube/ownership.ts';
import type { EndpointSlice, Pod, ReplicaSet, Serving } from '../verdict/record/looked.ts';

/** What a run's namespaces contain once its pods are ready, and what of it the run created itself. */
export function servingOf(
  { workloads, services }: Pick<World, 'workloads' | 'services'>,
  id: string,
): { serving: Serving; made: KubeObject[] } {
  const there = services.map((service, at) => stored(service, `service-${at}`));
  const pods = workloads.map((workload, at) => podOf(workload, id, `pod-${at}`, `10.0.0.${at + 1}`));
  return {
    serving: {
      services: structuredClone(there),
      pods,
      replicaSets: workloads.map((workload) => replicaSetOf(workload)),
      slices: there.map((service) => sliceOf(service, pods)),
    },
    made: [...there, ...workloads.map((workload) => deploymentOf(workload))],
  };
}

const tlsMode = { 'security.istio.io/tlsMode': 'istio' };
const keyOf = ({ namespace, name }: { namespace: string; name: string }) => `${namespace}/${name}`;
/** The ownerReferences of an object whose owner has this uid. */
export const owner = (uid: string) => [{ uid, controller: true }];
const stored = <T extends KubeObject>(object: T, uid: string): T => ({
  ...object,
  metadata: { ...object.metadata, uid },
});

function deploymentOf({ namespace, name }: Workload): KubeObject {
  return stored({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace, name } }, `d-${namespace}/${name}`);
}

export function replicaSetOf(workload: Workload): ReplicaSet {
  const { namespace, name } = workload;
  const metadata = {
    namespace,
    name: `${name}-1`,
    uid: `r-${keyOf(workload)}`,
    ownerReferences: owner(`d-${keyOf(workload)}`),
  };
  return { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata };
}

/** A pod of a workload. */
export function podOf(workload: Workload, id: string, uid: string, ip: string): Pod {
  const { namespace, name, labels } = workload;
  const sidecar = hasSidecar(workload) ? ['istio-proxy'] : [];
  const ready = (names: string[]) => names.map((one) => ({ name: one, ready: true }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace,
      name: `${name}-1`,
      uid,
      ownerReferences: owner(`r-${keyOf(workload)}`),
      labels: { ...labels, [RUN_LABEL]: id, ...(hasSidecar(workload) && tlsMode) },
    },
    spec: {
      containers: [{ name }],
      initContainers: sidecar.map((one) => ({ name: one, restartPolicy: 'Always' })),
    },
    status: {
      phase: 'Running',
      podIPs: [{ ip }],
      containerStatuses: ready([name]),
      initContainerStatuses: ready(sidecar),
    },
  };
}

function sliceOf({ metadata: { namespace = '', name }, spec }: Service, pods: Pod[]): EndpointSlice {
  const own = pods.filter(
    ({ metadata }) => metadata.namespace === namespace && selects(spec.selector, metadata.labels ?? {}),
  );
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace, name: `${name}-1`, labels: { 'kubernetes.io/service-name': name } },
    endpoints: own.map(({ metadata, status }) => ({
      addresses: (status?.podIPs ?? []).map(({ ip }) => ip),
      conditions: { ready: true },
      targetRef: { kind: 'Pod', uid: metadata.uid as string },
    })),
    ports: [{ name: 'http', port: 8080 }],
  };
}
