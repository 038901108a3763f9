import { selects } from '../model/labels.ts';
import type { World } from '../model/types.ts';

/**
 * Returns one name for all Services that share pods with a Service, itself among them: a sidecar counts the connections
 * to its pod, whichever Service they were made to.
 * @param path `namespace/name` of the Service
 */
export function sharedBy({ services, workloads }: Pick<World, 'services' | 'workloads'>, path: string): string {
  const podsOf = new Map(
    services.map(({ metadata, spec }) => [
      `${metadata.namespace}/${metadata.name}`,
      workloads.filter(({ namespace, labels }) => namespace === metadata.namespace && selects(spec.selector, labels)),
    ]),
  );
  const together = new Set([path]);
  for (const one of together) {
    for (const [other, pods] of podsOf) if (podsOf.get(one)?.some((pod) => pods.includes(pod))) together.add(other);
  }
  return [...together].sort().join('+');
}
