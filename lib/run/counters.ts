import { hasSidecar } from '../model/labels.ts';
import { type Counter, counterUrl } from '../probe/counters.ts';
import { isEnding, podsOf } from './pods.ts';
import type { Run } from './run.ts';
import { backing, type Serving } from './serving.ts';
import { sharedNames } from './sharing.ts';

/** Returns where the sidecars of the run's servers tell what they count, for every pod that there is. */
export function countersOf({ topology, made }: Pick<Run, 'topology' | 'made'>, serving: Serving): Counter[] {
  const names = sharedNames(topology);
  return topology.services.flatMap((service) => {
    const path = `${service.metadata.namespace}/${service.metadata.name}`;
    const served = backing(service, topology.workloads).filter(hasSidecar);
    return served.flatMap((workload) =>
      podsOf(workload, serving, made).flatMap((pod): Counter[] => {
        const [address] = pod.status?.podIPs ?? [];
        if (address === undefined || isEnding(pod)) return [];
        return [
          {
            server: names.get(path) as string,
            workload: `${workload.namespace}/${workload.name}`,
            pod: `${pod.metadata.namespace}/${pod.metadata.name}`,
            url: counterUrl(address.ip),
          },
        ];
      }),
    );
  });
}
