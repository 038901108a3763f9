import { backing, hasSidecar, protocolTaken, workloadName } from '../model/index.ts';
import { counterUrl, type ReadCounter } from '../probe/index.ts';
import { counterId, isEnding, podsOf, type Serving } from '../verdict/index.ts';
import type { Run } from './run.ts';
import { countedAt, sharedNames } from './sharing.ts';

/** Returns the counters of the run's servers: one for each pod with a sidecar and each part that the sidecar counts. */
export function countersOf({ topology, made }: Pick<Run, 'topology' | 'made'>, serving: Serving): ReadCounter[] {
  const names = sharedNames(topology);
  const all = topology.services.flatMap((service) =>
    (service.spec.ports ?? []).flatMap((port) => {
      const asked = { port: port.port, protocol: protocolTaken(port) };
      const { name, parts } = countedAt(topology, service, asked, names);
      return backing(service, topology.workloads)
        .filter(hasSidecar)
        .flatMap((workload) => {
          const path = workloadName(workload);
          const part = parts.get(path);
          if (part === undefined) return [];
          return podsOf(workload, serving, made).flatMap((pod): ReadCounter[] => {
            const [address] = pod.status?.podIPs ?? [];
            if (address === undefined || isEnding(pod)) return [];
            const named = `${pod.metadata.namespace}/${pod.metadata.name}`;
            return [{ server: name, workload: path, pod: named, part, url: counterUrl(address.ip) }];
          });
        });
    }),
  );
  // Services that share pods and ports share their counters.
  return [...new Map(all.map((counter) => [`${counter.server} ${counterId(counter)}`, counter])).values()];
}

/** Returns the workload of each of the run's pods, by the pod's address. */
export function podAddresses(
  { topology, made }: Pick<Run, 'topology' | 'made'>,
  serving: Serving,
): Map<string, string> {
  const addresses = topology.workloads.flatMap((workload) =>
    podsOf(workload, serving, made).flatMap(({ status }) =>
      (status?.podIPs ?? []).map(({ ip }) => [ip, workloadName(workload)] as const),
    ),
  );
  return new Map(addresses);
}

/** Returns the workload of each of the run's pods, by the pod's name. */
export function podNames({ topology, made }: Pick<Run, 'topology' | 'made'>, serving: Serving): Map<string, string> {
  const pods = topology.workloads.flatMap((workload) =>
    podsOf(workload, serving, made).map((pod) => [pod.metadata.name, workloadName(workload)] as const),
  );
  return new Map(pods);
}
