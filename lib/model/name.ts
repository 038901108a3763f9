import type { KubeObject } from './types.ts';

/** Returns `Kind namespace/name`, or `Kind name` where the object has no namespace. */
export function nameOf({ kind, metadata }: KubeObject): string {
  return metadata.namespace === undefined
    ? `${kind} ${metadata.name}`
    : `${kind} ${metadata.namespace}/${metadata.name}`;
}
