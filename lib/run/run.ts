import type { Cluster, OnProgress } from '../cluster/types.ts';
import type { Istio } from '../istio/detect.ts';
import type { Kube } from '../kube/connect.ts';
import type { Expectation, KubeObject, World } from '../model/types.ts';
import type { Asker } from '../probe/converge.ts';
import type { Patience } from '../probe/types.ts';
import type { Role } from './suite.ts';
import type { Unwinding } from './unwinding.ts';

/** One invocation on one cluster: what it was given, what it made, what is in force now. */
export interface Run {
  id: string;
  cluster: Cluster;
  kube: Kube;
  istio: Istio;
  namespaces: Record<Role, string>;
  /** The task's workloads and Services, as the manifests have them. */
  topology: Pick<World, 'workloads' | 'services'>;
  patience: Patience;
  /** Aborted by ^C. */
  signal: AbortSignal;
  onProgress: OnProgress;
  /** What the run must undo, newest first. */
  unwinding: Unwinding;
  /** Shells in the client pods. */
  askers: Map<Role, Asker>;
  /** Policies and rules of others that were there before the run. */
  foreign: KubeObject[];
  /** What the run itself has in force: what the step wants, with the age that the API server gave it. */
  inForce: KubeObject[];
  /** Automatic mutual TLS as the run has set or found it. */
  autoMtls: boolean;
  /** What was last expected of each pair. */
  expected: Map<string, Expectation>;
  /** Why nothing may be asked; absent while all is well. */
  blocked?: string;
}

/** Returns the run's namespaces: `<role>-<run id>`. */
export function namespacesOf(id: string): Record<Role, string> {
  return { full: `full-${id}`, partial: `partial-${id}`, legacy: `legacy-${id}` };
}

/** Returns a new run's id: short, and unlikely to meet another's. */
export function newId(): string {
  return crypto.randomUUID().slice(0, 6);
}

/** Returns everything that Istio's rules look at, with the given objects in force. */
export function worldOf(
  run: Pick<Run, 'istio' | 'topology' | 'foreign'>,
  inForce: KubeObject[],
  autoMtls: boolean,
): World {
  return { mesh: { ...run.istio.mesh, autoMtls }, ...run.topology, policies: [...run.foreign, ...inForce] };
}
