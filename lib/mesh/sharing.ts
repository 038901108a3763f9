import {
  aliasTarget,
  backing,
  endpointsOf,
  isPassedOn,
  type Protocol,
  pathOf,
  type Service,
  type World,
} from '../model/index.ts';
import type { CounterPart } from '../verdict/index.ts';

type ServedWorkloads = Pick<World, 'services' | 'workloads'>;

/**
 * Returns, by each Service's `namespace/name`, one name for all Services that share pods with it: a sidecar counts the
 * connections to its pod, no matter to which Service they were made.
 */
export function sharedNames({ services, workloads }: ServedWorkloads): Map<string, string> {
  // An ExternalName leads to the pods of its target.
  const podsOf = new Map(
    services.map((service) => [pathOf(service), backing(aliasTarget({ services }, service), workloads)]),
  );
  const names = new Map<string, string>();
  for (const path of podsOf.keys()) {
    if (names.has(path)) continue;
    const together = new Set([path]);
    for (const name of together) {
      for (const [other, pods] of podsOf) if (podsOf.get(name)?.some((pod) => pods.includes(pod))) together.add(other);
    }
    for (const name of together) names.set(name, [...together].sort().join('+'));
  }
  return names;
}

/** What sidecars count together, with its name in cells and counters. */
export interface Counted {
  name: string;
  /** What each workload's sidecar counts together, by the workload's `namespace/name`. */
  parts: Map<string, CounterPart>;
}

/**
 * Returns what the sidecars behind a port of a Service count together.
 * @param names the result of sharedNames
 */
export function countedAt(
  world: ServedWorkloads,
  service: Service,
  { port, protocol }: { port: number; protocol: Protocol },
  names: ReadonlyMap<string, string>,
): Counted {
  // A sidecar counts nothing for a port on which its pod does not listen.
  const endpoints = endpointsOf(world, aliasTarget(world, service), { port }).filter(({ listens }) => listens);
  const parts = endpoints.map(({ workload, port: dialled }) => {
    const part: CounterPart = isPassedOn(protocol) ? 'passed-on' : dialled;
    return [`${workload.namespace}/${workload.name}`, part] as const;
  });
  const written = [...new Set(parts.map(([, part]) => part))].join(' or ');
  return { name: [names.get(pathOf(service)), written].filter(Boolean).join(' '), parts: new Map(parts) };
}
