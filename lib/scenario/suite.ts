import type { Gate, KubeObject, Release, RuleId } from '../model/index.ts';
import type { Topology } from './topology.ts';
import type { Traffic } from './traffic.ts';

/** A step that applies exactly these objects, asks the pairs, and compares the answers with the model's predictions. */
export interface AskStep extends Gate {
  kind: 'ask';
  title: string;
  /**
   * Names of files in manifests/policies, without their folder, which is that of the cluster's policy API or
   * networking.istio.io; or objects with the topology's names.
   */
  objects: (string | KubeObject)[];
  /** The objects' relative ages, if these decide; otherwise they are left to chance. */
  ages?: Ages;
  /** The mesh's setting during the step. Only a mesh-wide suite may switch it off. */
  autoMtls?: boolean;
  /** What to ask; by default all traffic of the suite's topology. */
  traffic?: Traffic[];
  /** How many answers of each pair must be right, if more than usual. */
  answers?: number;
  /** The model's rules that this step witnesses: they decide its outcome. */
  witnesses?: RuleId[];
  /** Why the model cannot tell what comes of pairs, besides what it finds out itself. */
  doubts?: Doubts;
  /** Whether its notes name the pairs that come to something else than in the step before. */
  namesChanges?: true;
}

/** Returns why it cannot be told what comes of a pair, one sentence each. */
export type Doubts = (traffic: Traffic, release: Release) => readonly string[];

/** Objects are created one after the other as listed, each in a second of its own, or all in the same second. */
export type Ages = 'in-order' | 'same-second';

/** What a check step checks; each is a function in lib/run/checks. */
export type CheckName =
  | 'ready'
  | 'mesh-default'
  | 'no-destination-rules'
  | 'auto-mtls'
  | 'others'
  | 'probes'
  | 'server-first'
  | 'same-port'
  | 'strangers'
  | 'impostors'
  | 'mutual'
  | 'torn-down'
  | 'mesh-as-found';

/** A step that looks at the cluster itself, not at answers. */
export interface CheckStep {
  kind: 'check';
  title: string;
  check: CheckName;
  /** The topology whose clients and servers it asks; that of its suite. */
  topology?: string;
  /** The ids of the pairs that it is about, if it is about some that a step before has asked. */
  pairs?: readonly string[];
  /** Why the model cannot tell what a server does with strangers, besides what it finds out itself. */
  doubts?: (server: Pick<Traffic, 'to' | 'port'>, release: Release) => readonly string[];
  /** The model's rules that this step witnesses. */
  witnesses?: RuleId[];
}

export type Step = AskStep | CheckStep;

/** A chapter of the task: steps in order, leaving no policy behind. */
export interface Suite {
  /** Its name for `--suite`. */
  name: string;
  title: string;
  /** What it is about, for `automtls list`. */
  about: string;
  /** Runs only if `--suite` names it. */
  onlyIfNamed?: boolean;
  /** The first release that can run the topology. */
  since?: string;
  /** Changes the mesh for everybody, so it runs only if that is allowed. */
  meshWide?: boolean;
  /** Its topology, or the folder of it in manifests/topologies. */
  topology: string | Topology;
  steps: Step[];
}

// What a suite in a file of the user's may say: the rest is for suites that this project makes itself.

export type OwnAskStep = Omit<AskStep, 'doubts' | 'namesChanges'>;

export type OwnCheckStep = Pick<CheckStep, 'kind' | 'title' | 'witnesses'> & { check: Exclude<CheckName, 'mutual'> };

/** A suite in a file of the user's, which is its default export. */
export type OwnSuite = Omit<Suite, 'topology' | 'steps'> & {
  /** The folder of its topology: in `topologies` beside the file, or of automtls, such as `auto-mtls`. */
  topology: string;
  steps: (OwnAskStep | OwnCheckStep)[];
};
