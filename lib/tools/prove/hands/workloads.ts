import { typeOf } from '../../../kinds/index.ts';
import { type Deployment, type KubeObject, nameOf } from '../../../model/index.ts';
import { InconclusiveError } from '../../../platform/errors.ts';
import { selectorText } from '../../../platform/istio/index.ts';
import { deleteByUid, list, read } from '../../../platform/kube/index.ts';
import { waitFor } from '../../../platform/wait.ts';
import { isEnding, isRunning, type Pod } from '../../../verdict/index.ts';
import { type Grip, headerOf, placed } from './grip.ts';
import { changeObject } from './objects.ts';

// What saboteurs do to workloads and their pods. A workload is named by its path in the topology, such as `full/httpbin`.

/** Changes a workload's Deployment, and waits until its pods are as it says. */
export async function changeDeployment(grip: Grip, workload: string, spec: Record<string, unknown>): Promise<void> {
  const deployment = await deploymentOf(grip, workload);
  grip.mending.add(`waiting for the pods of ${workload}`, () => podsSettled(grip, workload));
  await changeObject(grip, { ...headerOf(deployment), spec } as KubeObject);
  await podsSettled(grip, workload);
}

/** Changes some labels of a workload's pods; null removes one. */
export async function labelPod(grip: Grip, workload: string, labels: Record<string, string | null>): Promise<void> {
  const { apiVersion, kind, metadata } = headerOf(await podOf(grip, workload));
  await changeObject(grip, { apiVersion, kind, metadata: { ...metadata, labels } } as never);
}

/** Deletes a workload's pods, and waits until they are replaced only afterwards. */
export async function restart(grip: Grip, workload: string): Promise<void> {
  grip.mending.add(`waiting for the pods of ${workload}`, () => podsSettled(grip, workload));
  await deletePods(grip, workload);
}

/** Replaces a workload's pods afterwards. */
export function renewAfterwards(grip: Grip, workload: string): void {
  grip.mending.add(`replacing the pods of ${workload}`, async () => {
    await deletePods(grip, workload);
    await podsSettled(grip, workload);
  });
}

/** Returns a pod that is ready. @throws InconclusiveError if there is none */
export async function podOf(grip: Grip, workload: string): Promise<Pod> {
  const ready = (await podsOf(grip, workload)).find((pod) => isRunning(pod) && !isEnding(pod));
  if (ready === undefined) throw new InconclusiveError(`${workload} has no pod that is ready.`);
  return ready;
}

/** Returns the address of a workload's pod. @throws InconclusiveError if it has none */
export async function addressOf(grip: Grip, workload: string): Promise<string> {
  const ip = (await podOf(grip, workload)).status?.podIPs?.[0]?.ip;
  if (ip === undefined) throw new InconclusiveError(`The pod of ${workload} has no address.`);
  return ip;
}

async function deploymentOf(grip: Grip, workload: string): Promise<Deployment> {
  const [namespace = '', name = ''] = workload.split('/');
  const header = placed(grip, { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace, name } });
  const deployment = await read(grip.kube, header);
  if (deployment === undefined) throw new InconclusiveError(`There is no ${nameOf(header)} to break.`);
  return deployment as Deployment;
}

async function podsOf(grip: Grip, workload: string): Promise<Pod[]> {
  const { metadata, spec } = await deploymentOf(grip, workload);
  const labels = selectorText(spec.selector.matchLabels);
  return list<Pod>(grip.kube, typeOf('Pod'), { namespace: metadata.namespace as string, labels });
}

async function deletePods(grip: Grip, workload: string): Promise<void> {
  for (const pod of await podsOf(grip, workload)) await deleteByUid(grip.kube, pod);
}

/** Waits until all pods are of the newest template and ready. */
async function podsSettled(grip: Grip, workload: string): Promise<void> {
  const { limits, signal } = grip;
  const look = async (): Promise<boolean> => {
    const { metadata, spec, status } = await deploymentOf(grip, workload);
    const { replicas = 1 } = spec;
    if (status?.observedGeneration !== metadata.generation || (status?.updatedReplicas ?? 0) !== replicas) return false;
    const pods = await podsOf(grip, workload);
    return pods.length === replicas && pods.every((pod) => isRunning(pod) && !isEnding(pod));
  };
  await waitFor(look, { what: `the pods of ${workload}`, limitMs: limits.readyMs, signal });
}
