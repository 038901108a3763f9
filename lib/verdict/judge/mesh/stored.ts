import type { KubeObject } from '../../../model/index.ts';
import type { FieldChange } from '../../reasons/serving.ts';

/**
 * Finds fields whose stored value is not the applied one, because something on the way, such as an admission webhook,
 * or somebody afterwards has changed it. Fields that were not applied may have any value.
 */
export function differences(applied: KubeObject, stored: KubeObject): FieldChange[] {
  const { spec } = applied as { spec?: unknown };
  return fieldsOf(spec, ['spec']).flatMap(({ path, value }) => {
    const there = valueAt(stored, path);
    if (canonical(there) === canonical(value)) return [];
    return [{ field: path.join('.'), ...(there !== undefined && { is: there }), applied: value }];
  });
}

/** Returns each field in the stored spec that was not applied. */
export function additions(applied: KubeObject, stored: KubeObject): FieldChange[] {
  const { spec } = stored as { spec?: unknown };
  return fieldsOf(spec, ['spec'])
    .filter(({ path }) => valueAt(applied, path) === undefined)
    .map(({ path, value }) => ({ field: path.join('.'), is: value }));
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
      : Object.fromEntries(Object.entries(inner).sort(([key], [other]) => (key < other ? -1 : 1))),
  );
}

function valueAt(object: unknown, path: string[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object);
}
