import type { KubeObject } from '../types.ts';

/** Returns `Kind namespace/name`, or `Kind name` if the object has no namespace. */
export function nameOf({ kind, metadata }: KubeObject): string {
  return metadata.namespace === undefined
    ? `${kind} ${metadata.name}`
    : `${kind} ${metadata.namespace}/${metadata.name}`;
}

/** Returns `namespace/name`. */
export function pathOf({ metadata }: Pick<KubeObject, 'metadata'>): string {
  return `${metadata.namespace}/${metadata.name}`;
}
