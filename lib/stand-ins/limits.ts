import type { KubeObject } from '../model/index.ts';

/** What a rule says of how many requests go to a server, and when none does. */
const limits = ['connectionPool', 'outlierDetection'];

/**
 * Returns an object without the limits of a DestinationRule: a run sends more requests at once than a user's clients, to
 * a single pod, and a refusal by a limit says nothing of mutual TLS. Where settings stand for a port or a subset, they
 * stay, since there they take the place of others.
 */
export function withoutLimits(object: KubeObject): KubeObject {
  return isLimited(object) ? reduced(object) : object;
}

/** Returns whether an object has limits that a run leaves out. */
export function isLimited(object: KubeObject): boolean {
  return object.kind === 'DestinationRule' && JSON.stringify(reduced(object)) !== JSON.stringify(object);
}

function reduced(object: KubeObject): KubeObject {
  return JSON.parse(JSON.stringify(object, (key, value: unknown) => (limits.includes(key) ? undefined : value)));
}
