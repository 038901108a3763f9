import type { KubeObject } from '../types.ts';

/**
 * Orders competing objects as Istio does: the oldest first, ties by name, then by namespace.
 * An object without a creation time is not stored yet, so it counts as the newest.
 * istio/istio pilot/pkg/model/config.go, sortConfigByCreationTime.
 */
export function byAge(a: KubeObject, b: KubeObject): number {
  return (
    compare(created(a), created(b)) ||
    compare(a.metadata.name, b.metadata.name) ||
    compare(a.metadata.namespace ?? '', b.metadata.namespace ?? '')
  );
}

/**
 * The order before 1.23, when ties were broken by `name.namespace`, so that `a-b` comes before `a`.
 * istio/istio@1.22.8 pilot/pkg/model/config.go, sortByCreationComparator.
 */
export function byAgeAndJoinedName(a: KubeObject, b: KubeObject): number {
  return compare(created(a), created(b)) || compare(joinedName(a), joinedName(b));
}

function created({ metadata: { creationTimestamp } }: KubeObject): number {
  return creationTimestamp === undefined ? Number.POSITIVE_INFINITY : Math.floor(Date.parse(creationTimestamp) / 1000);
}

function joinedName({ metadata: { name, namespace = '' } }: KubeObject): string {
  return `${name}.${namespace}`;
}

function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
