import type { KubeObject } from '../model/types.ts';

/**
 * Finds fields whose stored value is not the applied one, because something on the way, such as an admission webhook,
 * or somebody afterwards has changed it. Fields that were not applied may have any value.
 * @returns a text for each field, such as `spec.mtls.mode is "PERMISSIVE", not "STRICT" as applied`
 */
export function differences(applied: KubeObject, stored: KubeObject): string[] {
  const { spec } = applied as { spec?: unknown };
  return fieldsOf(spec, ['spec']).flatMap(({ path, value }) => {
    const there = valueAt(stored, path);
    if (canonical(there) === canonical(value)) return [];
    const has = there === undefined ? 'is not there' : `is ${JSON.stringify(there)}`;
    return [`${path.join('.')} ${has}, not ${JSON.stringify(value)} as applied`];
  });
}

/**
 * Returns a text for each field in the stored spec that was not applied, such as
 * `spec.selector.version is "v1", which was not applied`.
 */
export function additions(applied: KubeObject, stored: KubeObject): string[] {
  const { spec } = stored as { spec?: unknown };
  return fieldsOf(spec, ['spec'])
    .filter(({ path }) => valueAt(applied, path) === undefined)
    .map(({ path, value }) => `${path.join('.')} is ${JSON.stringify(value)}, which was not applied`);
}

interface Field {
  path: string[];
  value: unknown;
}

/** Returns the leaves of an object with their paths. An array counts as a leaf, since its order may matter. */
function fieldsOf(value: unknown, path: string[]): Field[] {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [{ path, value }];
  return Object.entries(value).flatMap(([key, inner]) => fieldsOf(inner, [...path, key]));
}

/** Returns a value as JSON with sorted keys: the fields of an item of a list may come in any order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner !== 'object' || inner === null || Array.isArray(inner)
      ? inner
      : Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1))),
  );
}

function valueAt(object: unknown, path: string[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object);
}
