import { type KubeObject, placeInRun } from '../../../model/index.ts';
import type { CleanupStack } from '../../../platform/cleanup-stack.ts';
import type { Istio } from '../../../platform/istio/index.ts';
import type { Kube } from '../../../platform/kube/index.ts';
import type { Limits } from '../../../platform/limits.ts';
import type { ProbeClient } from '../../../probe/index.ts';

/** The mesh that a saboteur breaks. */
export interface Grip {
  kube: Kube;
  istio: Istio;
  limits: Limits;
  signal: AbortSignal;
  namespaces: Record<string, string>;
  probeClients: ReadonlyMap<string, ProbeClient>;
  /** The objects of the step under way, as the run applied them. */
  applied(): KubeObject[];
  /** What undoes the damage. */
  mending: CleanupStack;
}

/** Puts an object into the run's namespaces. */
export function placed<T extends KubeObject>({ namespaces }: Pick<Grip, 'namespaces'>, object: T): T {
  return placeInRun(object, namespaces);
}

/** Returns what names an object, and nothing else of it. */
export function headerOf({ apiVersion, kind, metadata: { name, namespace } }: KubeObject): KubeObject {
  return { apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) } };
}
