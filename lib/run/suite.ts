/** A role of the task: one of its three namespaces. */
export type Role = 'full' | 'partial' | 'legacy';

/** A file of manifests/steps, without its API generation: the objects that a step applies. */
export type Manifest = 'strict' | 'disable' | 'permissive' | 'rule-istio-mutual' | 'rule-disable';

/** Applies exactly these objects and no others, asks the pairs, and compares with what the model predicts of them. */
export interface AskStep {
  kind: 'ask';
  title: string;
  objects: Manifest[];
  /** The mesh's setting while the step lasts; only a mesh-wide suite may switch it off. */
  autoMtls?: boolean;
  /** Which pairs to ask: every client and server where it is left out. */
  pairs?: { client: Role; server: Role }[];
  /** Answers of each pair that must all be right, where more are wanted than usual. */
  answers?: number;
}

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
  /** Changes the mesh for everybody, so it runs only where that is allowed. */
  meshWide?: boolean;
  steps: Step[];
}
