import { aliasTarget } from '../model/endpoints.ts';
import type { World } from '../model/types.ts';
import { backing } from './serving.ts';

/**
 * Returns one name for all Services that share pods, by each Service's `namespace/name`: a sidecar counts the connections
 * to its pod, whichever Service they were made to.
 */
export function sharedNames({ services, workloads }: Pick<World, 'services' | 'workloads'>): Map<string, string> {
  const podsOf = new Map(
    services.map((service) => [
      `${service.metadata.namespace}/${service.metadata.name}`,
      // An ExternalName leads to the pods of its target.
      backing(aliasTarget({ services }, service), workloads),
    ]),
  );
  const names = new Map<string, string>();
  for (const path of podsOf.keys()) {
    if (names.has(path)) continue;
    const together = new Set([path]);
    for (const one of together) {
      for (const [other, pods] of podsOf) if (podsOf.get(one)?.some((pod) => pods.includes(pod))) together.add(other);
    }
    for (const one of together) names.set(one, [...together].sort().join('+'));
  }
  return names;
}
