import type { Gate } from '../model/release.ts';
import type { RuleId } from '../model/rules.ts';
import type { KubeObject } from '../model/types.ts';
import type { Traffic } from './traffic.ts';

/** Applies exactly these objects and no others, asks the pairs, and compares with what the model predicts of them. */
export interface AskStep extends Gate {
  kind: 'ask';
  title: string;
  /**
   * Files of manifests/policies, without their folder: of the policies' API of the cluster, or of networking.istio.io; or
   * objects in the topology's names.
   */
  objects: (string | KubeObject)[];
  /** How old the objects are to each other where that decides; as it comes where it is left out. */
  ages?: Ages;
  /** The mesh's setting while the step lasts; only a mesh-wide suite may switch it off. */
  autoMtls?: boolean;
  /** What to ask: all traffic of the suite's topology where it is left out. */
  traffic?: Traffic[];
  /** Answers of each pair that must all be right, where more are wanted than usual. */
  answers?: number;
  /** The rules of the model of which the step is a witness: in it they decide. */
  witnesses?: RuleId[];
}

/** Objects made one after the other in seconds of their own, as they are listed, or all in one second. */
export type Ages = 'in-order' | 'same-second';

/** What a check step makes sure of; each is a function in lib/run/checks. */
export type CheckName =
  | 'ready'
  | 'mesh-default'
  | 'no-destination-rules'
  | 'auto-mtls'
  | 'others'
  | 'torn-down'
  | 'mesh-as-found';

/** Looks at the cluster itself rather than at answers. */
export interface CheckStep {
  kind: 'check';
  title: string;
  check: CheckName;
}

export type Step = AskStep | CheckStep;

/** A chapter of the task: steps in order, leaving no policy behind. */
export interface Suite {
  /** What `--suite` takes. */
  name: string;
  title: string;
  /** What it is about, for `--list`. */
  about: string;
  /** Runs only where `--suite` names it. */
  onlyIfNamed?: boolean;
  /** Changes the mesh for everybody, so it runs only where that is allowed. */
  meshWide?: boolean;
  /** The folder of manifests/topologies that it asks. */
  topology: string;
  steps: Step[];
}
