import { nameOf } from '../kube/ownership.ts';
import type { KubeObject } from '../model/types.ts';

/**
 * Tells where an object is not on the API server as it was applied: something on its way, such as an admission webhook,
 * or somebody afterwards has changed it. Fields that were not stated may have any value.
 * @returns a sentence for each field, such as `PeerAuthentication full/httpbin has spec.mtls.mode "PERMISSIVE", not "STRICT" as applied`
 */
export function differences(applied: KubeObject, stored: KubeObject): string[] {
  const { spec } = applied as { spec?: unknown };
  return fields(spec, 'spec').flatMap(([path, value]) => {
    const there = valueAt(stored, path);
    if (JSON.stringify(there) === JSON.stringify(value)) return [];
    const has = there === undefined ? `no ${path}` : `${path} ${JSON.stringify(there)}`;
    return [`${nameOf(applied)} has ${has}, not ${JSON.stringify(value)} as applied`];
  });
}

/** Leaves of an object by their paths; an array is one, since its order may mean something. */
function fields(value: unknown, path: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return value === undefined ? [] : [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => fields(inner, `${path}.${key}`));
}

function valueAt(object: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object);
}
