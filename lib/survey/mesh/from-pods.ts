import type { Workload } from '../../model/index.ts';
import { namespaceOf, objectsOf, type Pod, type Snapshot } from '../snapshot.ts';
import { labelsWith, selectableKeys } from './selectable.ts';
import { isAmbient, type MeshWorkload, PROXY, portsOf, proxiesOf, redirectionIn, roleOf } from './workload.ts';

interface Owner {
  kind: string;
  name: string;
}

/**
 * Returns the workloads of a cluster: one for each controller. Where its pods differ in something that a mesh looks at,
 * as in the middle of a rollout, there is one for each sort of pods. Its sidecar is what the pods have.
 */
export function workloadsFromPods(snapshot: Snapshot): MeshWorkload[] {
  const keys = selectableKeys(snapshot);
  const namespaces = new Map(
    objectsOf(snapshot, 'Namespace').map(({ metadata }) => [metadata.name, metadata.labels ?? {}]),
  );
  const pods = objectsOf<Pod>(snapshot, 'Pod').filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const byController = Map.groupBy(pods, (pod) => {
    const { kind, name } = ownerOf(pod);
    return `${namespaceOf(pod)}/${kind}/${name}`;
  });
  const found = [...byController.values()].flatMap((own) => {
    const sorts = [...Map.groupBy(own, (pod) => sortOf(pod, keys)).values()];
    return sorts.map((alike) => fromAlike(alike, { keys, namespaces, isOnly: sorts.length === 1 }));
  });
  return distinct(found);
}

/** Returns the controller of a pod: of a ReplicaSet's its Deployment, of a Job's its CronJob, without one the pod. */
export function ownerOf({ metadata }: Pod): Owner {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  if (owner === undefined) return { kind: 'Pod', name: metadata.name };
  const hash = metadata.labels?.['pod-template-hash'];
  if (owner.kind === 'ReplicaSet' && hash !== undefined && owner.name.endsWith(`-${hash}`)) {
    return { kind: 'Deployment', name: owner.name.slice(0, -hash.length - 1) };
  }
  // A CronJob calls its Jobs by the minute at which they were due.
  const [, cron] = /^(.+)-\d{8,10}$/.exec(owner.name) ?? [];
  return owner.kind === 'Job' && cron !== undefined ? { kind: 'CronJob', name: cron } : owner;
}

/** Returns the same text for pods that are alike to a mesh. */
function sortOf({ metadata, spec }: Pod, keys: ReadonlySet<string>): string {
  const { serviceAccountName, hostNetwork = false, containers } = spec;
  const redirection = redirectionIn(spec, metadata.annotations ?? {});
  const proxies = proxiesOf(spec).map(({ args = [] }) => args);
  const labels = labelsWith(keys, metadata.labels);
  const ports = portsOf(containers);
  return JSON.stringify([labels, metadata.annotations, serviceAccountName, hostNetwork, proxies, ports, redirection]);
}

function fromAlike(
  pods: Pod[],
  known: { keys: ReadonlySet<string>; namespaces: ReadonlyMap<string, Record<string, string>>; isOnly: boolean },
): MeshWorkload {
  const [pod] = pods as [Pod, ...Pod[]];
  const { metadata, spec } = pod;
  const { kind, name } = ownerOf(pod);
  const { annotations = {}, labels = {} } = metadata;
  const namespace = namespaceOf(pod);
  const proxies = proxiesOf(spec);
  const sidecar = proxies.length > 0 && !spec.hostNetwork;
  const redirection = sidecar ? redirectionIn(spec, annotations) : undefined;
  const role = roleOf(proxies, labels, annotations);
  const workload: Workload = {
    name: known.isOnly || kind === 'Pod' ? name : `${name} (${metadata.name})`,
    namespace,
    // Injection sets this label, and clients go by it alone. A proxy that somebody else put there may lack it.
    labels: { ...(sidecar && { 'security.istio.io/tlsMode': 'disabled' }), ...labelsWith(known.keys, labels) },
    serviceAccount: spec.serviceAccountName ?? 'default',
    sidecar,
    hostNetwork: spec.hostNetwork ?? false,
    ports: portsOf(spec.containers),
    containers: (spec.containers ?? []).flatMap(({ name: own }) => (own === PROXY ? [] : [own])),
    replicas: servingOf(pods),
    addresses: pods.flatMap(addressesOf),
    ...(redirection !== undefined && { redirection }),
    ...(role === 'gateway' && { gateway: true }),
  };
  return {
    workload,
    kind,
    role,
    ambient:
      annotations['ambient.istio.io/redirection'] === 'enabled' ||
      (!sidecar && isAmbient(labels, known.namespaces.get(namespace) ?? {})),
    revision: sidecar ? (annotations['istio.io/rev'] ?? labels['istio.io/rev']) : undefined,
    network: labels['topology.istio.io/network'] ?? known.namespaces.get(namespace)?.['topology.istio.io/network'],
    annotations,
  };
}

/** Returns the addresses of a pod; none before it has one. */
export function addressesOf({ status }: Pod): string[] {
  const { podIP = '', podIPs = podIP === '' ? [] : [{ ip: podIP }] } = status ?? {};
  return podIPs.map(({ ip }) => ip);
}

/**
 * Returns how many pods serve requests: those that are READY or, if none is, those that may become so. A pod that has
 * ended, such as a Job's, serves none.
 */
function servingOf(pods: Pod[]): number {
  const running = pods.filter(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed');
  const isReady = ({ status }: Pod): boolean => status?.conditions?.some((one) => one.status === 'True') ?? false;
  return running.filter(isReady).length || running.length;
}

/** Gives workloads of one name and several kinds names that tell them apart, since the model knows them by name. */
export function distinct(all: MeshWorkload[]): MeshWorkload[] {
  const taken = new Map<string, number>();
  for (const { workload } of all) {
    const key = `${workload.namespace}/${workload.name}`;
    taken.set(key, (taken.get(key) ?? 0) + 1);
  }
  return all.map((one) => {
    const { namespace, name } = one.workload;
    if (taken.get(`${namespace}/${name}`) === 1) return one;
    return { ...one, workload: { ...one.workload, name: `${name} (${one.kind})` } };
  });
}
