import { typeOf } from '../../kinds/index.ts';
import { type KubeObject, nameOf } from '../../model/index.ts';
import { InconclusiveError } from '../../platform/errors.ts';
import { list, read } from '../../platform/kube/index.ts';
import { waitFor } from '../../platform/wait.ts';
import { isEnding, isRunning, type Pod } from '../../verdict/index.ts';
import type { Grip } from './hands.ts';

interface Deployment extends KubeObject {
  metadata: KubeObject['metadata'] & { generation?: number };
  spec: { replicas?: number; selector: { matchLabels: Record<string, string> } };
  /** `updatedReplicas` counts the pods of the newest template. */
  status?: { observedGeneration?: number; updatedReplicas?: number };
}

/** How to look at the workloads that a saboteur breaks, by their paths in the topology. */
interface Workloads {
  /** @throws InconclusiveError if there is none */
  deploymentOf(workload: string): Promise<Deployment>;
  podsOf(workload: string): Promise<Pod[]>;
  /** Returns a pod that is ready. @throws InconclusiveError if there is none */
  podOf(workload: string): Promise<Pod>;
  /** Waits until all pods are of the newest template and ready. */
  settled(workload: string): Promise<void>;
}

/**
 * Returns how to look at workloads.
 * @param place puts an object into the run's namespaces
 */
export function workloadsOn(
  { kube, limits, signal }: Pick<Grip, 'kube' | 'limits' | 'signal'>,
  place: (object: KubeObject) => KubeObject,
): Workloads {
  const deploymentOf = async (workload: string): Promise<Deployment> => {
    const [namespace = '', name = ''] = workload.split('/');
    const header = place({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace, name } });
    const found = await read(kube, header);
    if (found === undefined) throw new InconclusiveError(`There is no ${nameOf(header)} to break.`);
    return found as Deployment;
  };

  const podsOf = async (workload: string): Promise<Pod[]> => {
    const { metadata, spec } = await deploymentOf(workload);
    const labels = Object.entries(spec.selector.matchLabels).map(([key, value]) => `${key}=${value}`);
    return list<Pod>(kube, typeOf('Pod'), { namespace: metadata.namespace as string, labels: labels.join(',') });
  };

  const podOf = async (workload: string): Promise<Pod> => {
    const found = (await podsOf(workload)).find((pod) => isRunning(pod) && !isEnding(pod));
    if (found === undefined) throw new InconclusiveError(`${workload} has no pod that is ready.`);
    return found;
  };

  const settled = async (workload: string): Promise<void> => {
    const look = async (): Promise<boolean> => {
      const { metadata, spec, status } = await deploymentOf(workload);
      const { replicas = 1 } = spec;
      if (status?.observedGeneration !== metadata.generation || (status?.updatedReplicas ?? 0) !== replicas)
        return false;
      const pods = await podsOf(workload);
      return pods.length === replicas && pods.every((pod) => isRunning(pod) && !isEnding(pod));
    };
    await waitFor(look, { what: `the pods of ${workload}`, limitMs: limits.readyMs, signal });
  };

  return { deploymentOf, podsOf, podOf, settled };
}
