import { type Expectation, type KubeObject, nameOf, type World } from '../model/index.ts';
import type { CleanupStack } from '../platform/cleanup-stack.ts';
import type { Cluster } from '../platform/clusters/index.ts';
import type { Istio } from '../platform/istio/index.ts';
import type { Kube } from '../platform/kube/index.ts';
import type { Limits } from '../platform/limits.ts';
import type { OnProgress } from '../platform/progress.ts';
import type { ProbeClient, Strategy, Vary } from '../probe/index.ts';
import type { Topology } from '../scenario/index.ts';
import { type Judgement, type RunSetting, type Sensitivity, type Serving, trimmed } from '../verdict/index.ts';
import type { Others } from './others.ts';
import type { Watching } from './watching.ts';

// A run in three parts: `Run` never changes, `OnMesh` is what is so on the mesh because of the run, and `Learned` is what
// its steps have learned so far, as a value.

/** One invocation on one cluster whose workloads do not exist yet. */
export interface PreparedRun {
  readonly id: string;
  readonly cluster: Cluster;
  readonly kube: Kube;
  /** Istio and the mesh configuration, as the run found them. */
  readonly istio: Istio;
  /** The topologies of its suites, all created at the start. */
  readonly topologies: readonly Topology[];
  /** For each namespace of the topologies, the one that the run creates. */
  readonly namespaces: Record<string, string>;
  /** The topologies' workloads and Services, in the run's namespaces. */
  readonly topology: Pick<World, 'workloads' | 'services'>;
  /** How long the run waits for each thing, according to its options. */
  readonly limits: Limits;
  /** How each step is asked before its answers count. */
  readonly strategy: Strategy;
  /** The share of wrong answers that each step must find. */
  readonly sensitivity: Sensitivity;
  /** What the variations of requests follow from. */
  readonly seed: number;
  /** How each client's requests vary, by client. */
  readonly variations: ReadonlyMap<string, Vary>;
  /** The number of steps that ask each pair, by its id. */
  readonly asks: ReadonlyMap<string, number>;
  /** Aborted by ^C. */
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  /** What the run must undo, newest first. */
  readonly cleanup: CleanupStack;
  readonly mesh: OnMesh;
}

/** A run whose workloads exist. */
export interface Run extends PreparedRun {
  /** What the run created at the start, as the API server stored it. The uids identify the run's own objects. */
  readonly made: KubeObject[];
  /** Shells in the client pods, by the workload's name in the topology. */
  readonly probeClients: ReadonlyMap<string, ProbeClient>;
  /** Those who are of no mesh; absent if no suite needs them. */
  readonly strangers?: Strangers;
  /** What watches others' changes. */
  readonly watching: Watching;
}

/** The strangers and impostors of a run, and what became of their pods. */
export interface Strangers {
  /** The run's name of their namespace. */
  readonly namespace: string;
  /** Why those that need the key of the mesh's authority are not there; absent if they are. */
  readonly withoutAuthority?: string;
  /** Why the outsider's pod was not made; absent if it was. */
  readonly problem?: string;
  /** Why the stranger on the node's network was not made; absent if it was. */
  readonly nodeProblem?: string;
}

/**
 * What is so on the mesh now because of a run. It changes in place, since the teardown must know it also after an error:
 * by deploying, by applying a step, and by switching automatic mutual TLS; whoever notices something adds a note.
 */
export interface OnMesh {
  /** The namespaces that the run created, as stored. The first one holds its record. */
  ownNamespaces: KubeObject[];
  /** What the run has applied: the objects as the step wants them, with the age that the API server gave them. */
  applied: KubeObject[];
  /** The uids of everything that the run's steps have applied so far. */
  appliedUids: Set<string>;
  /** Whether automatic mutual TLS is on, as the run has set or found it. */
  autoMtls: boolean;
  /** Present from when the run takes the mesh's Lease until it gives it up. */
  lease?: HeldMesh;
  /** The resourceVersions that the mesh configuration had after the run's own changes. */
  writes: Set<string>;
  /** Observations besides the answers, for the notes of the current step, whose result then removes them from here. */
  notes: string[];
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

/** Returns what a run has on a mesh when it begins: nothing. */
export function nothingOnMesh({ mesh }: Pick<Istio, 'mesh'>): OnMesh {
  return {
    ownNamespaces: [],
    applied: [],
    appliedUids: new Set(),
    autoMtls: mesh.autoMtls,
    writes: new Set(),
    notes: [],
  };
}

/** What a run has learned so far. A step takes it, and returns it with what is new. */
export interface Learned {
  /** Policies and rules of others. */
  readonly foreign: readonly KubeObject[];
  /** What else could act on the workloads when the run began. */
  readonly others: Others;
  /** The pods, Services and endpoints at the end of the last step; absent if something may have happened since. */
  readonly serving?: Serving | undefined;
  /** The judgement of each pair under what is currently applied, by its id; absent if it was not asked. */
  readonly observed: ReadonlyMap<string, Pick<Judgement, 'seen'>>;
  /** The verdict on each pair of the last step that asked, by the pair's id. */
  readonly decided: ReadonlyMap<string, Pick<Judgement, 'verdict' | 'seen'>>;
  /** What each pair was expected to do when it was last asked, by the pair's id. */
  readonly lastExpected: ReadonlyMap<string, Expectation>;
  /** The hashes of the certificates that the clients' sidecars were seen to have, by client. */
  readonly certificates: ReadonlyMap<string, ReadonlySet<string>>;
  /** The servers, as `protocol://namespace/name`, whose logs were seen to show the requests that they answered over it. */
  readonly logging: ReadonlySet<string>;
  /** What istiod's log says about pods that did not become ready, or why it was not read. */
  readonly istiodLog?: string;
  /** Why no pair may be asked; absent if all is well. */
  readonly blocked?: string;
  /** Why the last step that asks was not performed to its end, so that it is not known what is applied; absent if it was. */
  readonly stepFailed?: string | undefined;
}

/** Returns what is known before the first step: what others have on the mesh, and nothing else. */
export function nothingAsked({ foreign, others }: Pick<Learned, 'foreign' | 'others'>): Learned {
  return {
    foreign,
    others,
    observed: new Map(),
    decided: new Map(),
    lastExpected: new Map(),
    certificates: new Map(),
    logging: new Set(),
  };
}

/**
 * Returns what is still known after a step that threw: it may have applied anything, and time has passed.
 * @param why what was thrown
 */
export function afterThrowing(learned: Learned, why: string): Learned {
  return { ...learned, serving: undefined, observed: new Map(), decided: new Map(), stepFailed: why };
}

/** Returns an id for a new run: short, and unlikely to equal another's. */
export function newId(): string {
  return crypto.randomUUID().slice(0, 6);
}

/** Returns the input of Istio's rules: the run's workloads and others' policies, with what is applied. */
export function worldOf(
  { istio, topology }: Pick<PreparedRun, 'istio' | 'topology'>,
  { foreign }: Pick<Learned, 'foreign'>,
  { applied, autoMtls }: Pick<OnMesh, 'applied' | 'autoMtls'>,
): World {
  return { mesh: { ...istio.mesh, autoMtls }, ...topology, policies: [...foreign, ...applied] };
}

/** Returns what holds for a run as a whole, as its verdicts need it. */
export function settingOf({
  topology,
  namespaces,
  istio,
  made,
}: Pick<Run, 'topology' | 'namespaces' | 'istio' | 'made'>): RunSetting {
  const deployed = made.filter(({ kind }) => kind === 'Deployment' || kind === 'Service');
  return {
    topology,
    namespaces,
    mesh: istio.mesh,
    meshObject: nameOf(istio.configMap),
    made: deployed.map(trimmed),
  };
}
