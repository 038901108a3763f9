import type { Expectation, KubeObject, World } from '../model/types.ts';
import { nameOf } from '../model/world/name.ts';
import type { CleanupStack } from '../platform/cleanup-stack.ts';
import type { Cluster, OnProgress } from '../platform/clusters/types.ts';
import type { Istio } from '../platform/istio/detect.ts';
import type { Kube } from '../platform/kube/connection/connect.ts';
import type { Limits } from '../platform/limits.ts';
import type { Strategy } from '../probe/phases/strategy.ts';
import type { Vary } from '../probe/traffic/variations.ts';
import type { Judgement, ProbeClient, Sensitivity } from '../probe/types.ts';
import type { Strangers } from '../run/strangers/kinds.ts';
import type { Topology } from '../scenario/topology.ts';
import type { Serving, Setting } from '../verdict/record/looked.ts';
import { trimmed } from '../verdict/record/trimmed.ts';
import type { Others } from './others.ts';
import type { Watching } from './watching.ts';

/** One invocation on one cluster: its options, what it created, and what is currently applied. */
export interface Run {
  id: string;
  cluster: Cluster;
  kube: Kube;
  istio: Istio;
  /** The topologies of its suites, all created at the start. */
  topologies: readonly Topology[];
  /** For each namespace of the topologies, the one that the run creates. */
  namespaces: Record<string, string>;
  /** The topologies' workloads and Services, in the run's namespaces. */
  topology: Pick<World, 'workloads' | 'services'>;
  /** How long the run waits for each thing, according to its options. */
  limits: Limits;
  /** How each step is asked before its answers count. */
  strategy: Strategy;
  /** The share of wrong answers that each step must find. */
  sensitivity: Sensitivity;
  /** What the variations of requests follow from. */
  seed: number;
  /** How each client's requests vary, by client. */
  variations: ReadonlyMap<string, Vary>;
  /** The hashes of the certificates that the clients' sidecars were seen to have, by client. */
  certificates: Map<string, Set<string>>;
  /** The servers, as `namespace/name`, whose logs were seen to show the requests that they answered. */
  logging: Set<string>;
  /** The number of steps that ask each pair, by its id. */
  asks: Map<string, number>;
  /** Aborted by ^C. */
  signal: AbortSignal;
  onProgress: OnProgress;
  /** The namespaces that the run created, as stored. The first one holds its record. */
  ownNamespaces: KubeObject[];
  /** Present from when the run takes the mesh's Lease until it gives it up. */
  meshLease?: HeldMesh;
  /** The resourceVersions that the mesh configuration had after the run's own changes. */
  meshWrites: Set<string>;
  /** What the run must undo, newest first. */
  cleanup: CleanupStack;
  /** Shells in the client pods, by the workload's name in the topology. */
  probeClients: Map<string, ProbeClient>;
  /** What the run created at the start, as the API server stored it. The uids identify the run's own objects. */
  made: KubeObject[];
  /** Those who are of no mesh; absent if no suite needs them. */
  strangers?: Strangers;
  /** The pods, Services and endpoints at the end of the last step; absent before the first. */
  serving?: Serving;
  /** Observations besides the answers, for the notes of the current step, whose result then removes them from here. */
  notes: string[];
  /** Policies and rules of others. */
  foreign: KubeObject[];
  /** What else could act on the workloads when the run began. */
  others?: Others;
  /** What watches others' changes; absent before the run has begun to create anything. */
  watching?: Watching;
  /** The uids of everything that the run's steps have applied so far. */
  appliedUids: Set<string>;
  /**
   * What the run itself has applied: the objects as the step wants them, with the age that the API server gave them.
   */
  applied: KubeObject[];
  /** Whether automatic mutual TLS is on, as the run has set or found it. */
  autoMtls: boolean;
  /** The judgement of each pair under what is currently applied, by its id; absent if it was not asked. */
  observed: Map<string, Pick<Judgement, 'seen'>>;
  /** What each pair was expected to do when it was last asked, by the pair's id. */
  lastExpected: Map<string, Expectation>;
  /** What istiod's log says about pods that did not become ready, or why it was not read. */
  istiodLog?: string;
  /** Why no pair may be asked; absent if all is well. */
  blocked?: string;
}

/** The mesh's Lease, while a run holds it. */
export interface HeldMesh {
  /** Ends the renewal. */
  rest(): void;
  /** The mesh configuration as the run has changed it; absent if it had the wanted value already. */
  wrote?: string;
  /** Whether somebody else was seen to set the field to the run's value, after it had another one. */
  wantedByOthers?: boolean;
}

/** Returns an id for a new run: short, and unlikely to equal another's. */
export function newId(): string {
  return crypto.randomUUID().slice(0, 6);
}

/** Returns the input of Istio's rules, with the given objects applied. */
export function worldOf(
  run: Pick<Run, 'istio' | 'topology' | 'foreign'>,
  applied: KubeObject[],
  autoMtls: boolean,
): World {
  return { mesh: { ...run.istio.mesh, autoMtls }, ...run.topology, policies: [...run.foreign, ...applied] };
}

/** Returns what holds for a run as a whole, as its verdicts need it. */
export function settingOf({
  topology,
  namespaces,
  istio,
  made,
}: Pick<Run, 'topology' | 'namespaces' | 'istio' | 'made'>): Setting {
  const deployed = made.filter(({ kind }) => kind === 'Deployment' || kind === 'Service');
  return {
    topology,
    namespaces,
    mesh: istio.mesh,
    meshObject: nameOf(istio.configMap),
    made: deployed.map(trimmed),
  };
}
