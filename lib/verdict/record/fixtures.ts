import type { KubeObject } from '../../model/types.ts';
import { trimmed } from './trimmed.ts';

/** Returns a value as it is in a record that was written and read again. */
export function recorded<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** Returns objects as a record has them. */
export function recordedObjects<Kind extends KubeObject>(objects: Kind[]): Kind[] {
  return recorded(objects.map(trimmed));
}
