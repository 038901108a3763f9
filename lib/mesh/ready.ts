import { typeOf } from '../kinds/index.ts';
import type { Deployment, Workload } from '../model/index.ts';
import { type Kube, list, RUN_LABEL } from '../platform/kube/index.ts';
import { carriesProxy, containersOf, isEnding, isRunning, type Pod, PROXY, statusesOf } from '../verdict/index.ts';

/** A pod of a workload, as `kubectl get pods` shows it. */
export interface Readiness {
  workload: Workload;
  pod?: string;
  /** Such as `2/2`; native sidecars, in initContainers, count. */
  ready: string;
  /** Such as `2/2` for one container and a sidecar. */
  wanted: string;
  /** The pod runs and all its containers are ready. */
  running: boolean;
  /** Whether the pod has a sidecar. */
  sidecar: boolean;
  /** Containers that are neither the workload's nor the sidecar: somebody else's webhook has added them. */
  added: string[];
  /** The pod has a ready sidecar, so istiod's configuration has arrived. */
  configured: boolean;
  /** What its containers wait for; empty if none waits. */
  waiting: string;
}

const kind = typeOf('Pod');

/** Returns the readiness of each pod that the workloads should have. */
export async function readiness(kube: Kube, run: string, workloads: Workload[]): Promise<Readiness[]> {
  const namespaces = [...new Set(workloads.map(({ namespace }) => namespace))];
  const pods = await Promise.all(
    namespaces.map((namespace) => list<Pod>(kube, kind, { namespace, labels: `${RUN_LABEL}=${run}` })),
  );
  return workloads.flatMap((workload) => {
    const podsOfWorkload = pods.flat().filter((pod) => isOf(pod, workload));
    return Array.from({ length: workload.replicas }, (_, at) => readinessOf(workload, podsOfWorkload[at]));
  });
}

/**
 * Returns the pods; for one that does not exist, with the reason why its Deployment cannot create it, such as an
 * admission webhook that does not answer, or a quota.
 */
export async function withReasons(kube: Kube, all: Readiness[]): Promise<Readiness[]> {
  const missing = all.filter(({ pod }) => pod === undefined).map(({ workload }) => workload.namespace);
  const deployments = await Promise.all(
    [...new Set(missing)].map((namespace) => list<Deployment>(kube, typeOf('Deployment'), { namespace })),
  );
  return all.map((state) => {
    const { namespace, name } = state.workload;
    const deployment = deployments
      .flat()
      .find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
    const failure = replicaFailure(deployment);
    return state.pod === undefined && failure?.message !== undefined ? { ...state, waiting: failure.message } : state;
  });
}

/** Returns the condition that says why the cluster does not let a Deployment have its pods; undefined if it does. */
export function replicaFailure(deployment: Deployment | undefined): { message?: string } | undefined {
  return deployment?.status?.conditions?.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
}

function readinessOf(workload: Workload, pod: Pod | undefined): Readiness {
  const count = workload.containers.length + (workload.sidecar ? 1 : 0);
  const wanted = `${count}/${count}`;
  if (pod === undefined) {
    const nothing = { running: false, sidecar: false, added: [], configured: false };
    return { workload, ready: '0/0', wanted, ...nothing, waiting: 'no pod yet' };
  }
  const { names, ready } = containersOf(pod);
  const waiting = statusesOf(pod).flatMap(({ name, state }) =>
    state?.waiting === undefined
      ? []
      : [`${name}: ${[state.waiting.reason, state.waiting.message].filter(Boolean).join(', ')}`],
  );
  return {
    workload,
    pod: pod.metadata.name,
    ready: `${ready}/${names.length}`,
    wanted,
    running: isRunning(pod),
    sidecar: carriesProxy(pod),
    added: names.filter((name) => name !== PROXY && !workload.containers.includes(name)),
    configured: statusesOf(pod).some(({ name, ready: isReady }) => name === PROXY && isReady),
    waiting: waiting.join('; '),
  };
}

function isOf(pod: Pod, workload: Workload): boolean {
  return (
    pod.metadata.namespace === workload.namespace &&
    !isEnding(pod) &&
    Object.entries(workload.labels).every(([key, value]) => pod.metadata.labels?.[key] === value)
  );
}
