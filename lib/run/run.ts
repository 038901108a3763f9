import type { Cluster, OnProgress } from '../cluster/types.ts';
import { UsageError } from '../errors.ts';
import type { Istio } from '../istio/detect.ts';
import type { Kube } from '../kube/connect.ts';
import type { Limits } from '../limits.ts';
import type { KubeObject, World } from '../model/types.ts';
import type { Judgement, ProbeClient, Sensitivity } from '../probe/types.ts';
import type { CleanupStack } from './cleanup-stack.ts';
import type { Others } from './others.ts';
import type { Serving } from './serving.ts';
import type { Topology } from './topology.ts';

/** One invocation on one cluster: what it was given, what it made, what is applied now. */
export interface Run {
  id: string;
  cluster: Cluster;
  kube: Kube;
  istio: Istio;
  /** The topologies of its suites, all made at its beginning. */
  topologies: readonly Topology[];
  /** Their namespaces to those that the run makes. */
  namespaces: Record<string, string>;
  /** Their workloads and Services, in the run's namespaces. */
  topology: Pick<World, 'workloads' | 'services'>;
  /** How long the run waits for each thing, as its options have it. */
  limits: Limits;
  /** How small a share of wrong answers each step must find. */
  sensitivity: Sensitivity;
  /** In how many steps each pair is asked, by its id. */
  asks: Map<string, number>;
  /** Aborted by ^C. */
  signal: AbortSignal;
  onProgress: OnProgress;
  /** The namespaces that the run made, as stored: first the one that holds its record. */
  ownNamespaces: KubeObject[];
  /** There from when the run first took the mesh's Lease; `rest` ends its renewal. */
  meshLease?: { rest(): void };
  /** What the run must undo, newest first. */
  cleanup: CleanupStack;
  /** Shells in the client pods, by workload as the topology names it. */
  probeClients: Map<string, ProbeClient>;
  /** What the run made at its beginning, as the API server stored it: its own are known by their uids. */
  made: KubeObject[];
  /** Who served when the last step was over; absent before the first. */
  serving?: Serving;
  /** What was noticed besides the answers, for the notes of the step that is under way; whoever writes them takes them. */
  notes: string[];
  /** Policies and rules of others that were there before the run. */
  foreign: KubeObject[];
  /** What else could act on the workloads when the run began; absent until the check `others` has looked. */
  others?: Others;
  /** What the run itself has applied: what the step wants, with the age that the API server gave it. */
  applied: KubeObject[];
  /** Automatic mutual TLS as the run has set or found it. */
  autoMtls: boolean;
  /** The judgement of each pair under what is applied now, by its id; absent where it was not asked. */
  observed: Map<string, Pick<Judgement, 'why' | 'seen'>>;
  /** What istiod's log says of pods that did not become ready, or why it was not read. */
  istiodLog?: string;
  /** Why nothing may be asked; absent while all is well. */
  blocked?: string;
}

/**
 * Returns the topologies' namespaces to those of a run: `<namespace>-<run id>`.
 * @throws UsageError where two topologies have one of the same name
 */
export function namespacesOf(topologies: readonly Topology[], id: string): Record<string, string> {
  assertTogether(topologies);
  const names = topologies.flatMap(({ namespaces }) => namespaces);
  return Object.fromEntries(names.map((name) => [name, `${name}-${id}`]));
}

/**
 * Makes sure that one run can make all of these topologies.
 * @throws UsageError where two have a namespace of the same name
 */
export function assertTogether(topologies: readonly Topology[]): void {
  const names = topologies.flatMap(({ namespaces }) => namespaces);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return;
  const which = topologies.filter(({ namespaces }) => namespaces.includes(twice)).map(({ name }) => name);
  throw new UsageError(
    `The topologies ${which.join(' and ')} both have a namespace ${twice}, but a run makes all topologies of its suites at once: rename it in one of them (manifests/topologies/${which.at(-1)}), or run their suites separately with --suite.`,
  );
}

/** Returns a new run's id: short, and unlikely to meet another's. */
export function newId(): string {
  return crypto.randomUUID().slice(0, 6);
}

/** Returns everything that Istio's rules look at, with the given objects applied. */
export function worldOf(
  run: Pick<Run, 'istio' | 'topology' | 'foreign'>,
  applied: KubeObject[],
  autoMtls: boolean,
): World {
  return { mesh: { ...run.istio.mesh, autoMtls }, ...run.topology, policies: [...run.foreign, ...applied] };
}
