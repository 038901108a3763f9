import { type KubeObject, pathOf, type Workload } from '../../../model/index.ts';
import type { ContainerStatus, Pod, Pods, RunSetting } from '../../record/looked.ts';

/** What must be known of a run to tell its own pods from others'. */
export type MadeSetting = Pick<RunSetting, 'topology' | 'made'>;

/** The name of the sidecar's container. */
export const PROXY = 'istio-proxy';

/**
 * Returns the workload's pods, including those being deleted. Identifies them by their owners, up to the Deployment
 * that the run created, because anybody can set labels.
 */
export function podsOf(
  { namespace, name }: Pick<Workload, 'namespace' | 'name'>,
  { pods, replicaSets }: Pods,
  made: KubeObject[],
): Pod[] {
  const deployment = made.find(
    ({ kind, metadata }) => kind === 'Deployment' && metadata.namespace === namespace && metadata.name === name,
  );
  const sets = replicaSets.filter(({ metadata }) => isControlledBy(metadata, deployment?.metadata.uid));
  return pods.filter(({ metadata }) => sets.some((set) => isControlledBy(metadata, set.metadata.uid)));
}

function isControlledBy({ ownerReferences = [] }: Pod['metadata'], uid: string | undefined): boolean {
  return uid !== undefined && ownerReferences.some((owner) => owner.controller === true && owner.uid === uid);
}

/** Returns the names of a pod's containers, and how many are ready. Native sidecars, in initContainers, count. */
export function containersOf(pod: Pod): { names: string[]; ready: number } {
  const names = new Set([
    ...pod.spec.containers.map(({ name }) => name),
    ...(pod.spec.initContainers ?? [])
      .filter(({ restartPolicy }) => restartPolicy === 'Always')
      .map(({ name }) => name),
  ]);
  const ready = statusesOf(pod).filter((status) => names.has(status.name) && status.ready);
  return { names: [...names], ready: ready.length };
}

/** Returns the statuses of all containers, including init containers. */
export function statusesOf({ status }: Pod): ContainerStatus[] {
  return [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
}

/** Returns whether the pod runs and all its containers are ready. */
export function isRunning(pod: Pod): boolean {
  const { names, ready } = containersOf(pod);
  return ready === names.length && pod.status?.phase === 'Running';
}

/** Returns whether the pod is being deleted and will be gone soon. */
export function isEnding({ metadata }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined;
}

/** Returns whether the pod has Istio's proxy, which is an init container from 1.27 on. */
export function carriesProxy({ spec }: Pod): boolean {
  return [...spec.containers, ...(spec.initContainers ?? [])].some(({ name }) => name === PROXY);
}

/** Returns a pod's name in messages: `pod full/httpbin-abc`. */
export function podName(pod: Pod): string {
  return `pod ${pathOf(pod)}`;
}
