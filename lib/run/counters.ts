import { hasSidecar, selects } from '../model/labels.ts';
import { type Counter, counterUrl } from '../probe/counters.ts';
import { isEnding, podsOf } from './pods.ts';
import type { Run } from './run.ts';
import type { Serving } from './serving.ts';
import { sharedBy } from './sharing.ts';

/** Returns where the sidecars of the run's servers tell what they count, for every pod that there is. */
export function countersOf({ topology, made }: Pick<Run, 'topology' | 'made'>, serving: Serving): Counter[] {
  return topology.services.flatMap(({ metadata, spec }) => {
    const served = topology.workloads.filter(
      (workload) =>
        hasSidecar(workload) && workload.namespace === metadata.namespace && selects(spec.selector, workload.labels),
    );
    return served.flatMap((workload) =>
      podsOf(workload, serving, made).flatMap((pod): Counter[] => {
        const [address] = pod.status?.podIPs ?? [];
        if (address === undefined || isEnding(pod)) return [];
        return [
          {
            server: sharedBy(topology, `${metadata.namespace}/${metadata.name}`),
            workload: `${workload.namespace}/${workload.name}`,
            pod: `${pod.metadata.namespace}/${pod.metadata.name}`,
            url: counterUrl(address.ip),
          },
        ];
      }),
    );
  });
}
