/** A version of a kind's API. Every release of Istio serves it, but for those before `since` and from `until` on. */
export interface Version {
  name: string;
  since?: string;
  until?: string;
}

/** A field that names a namespace: its path (`*` for every item), and in which form it does. */
export interface NamespaceField {
  path: string;
  holds: 'namespace' | 'host' | 'namespace/host' | 'namespace/name' | 'identity';
  /** It does only in a list of an object that has this `key`. */
  key?: string;
}

/** How an object says on what it acts. */
export type Targeting =
  /** On sidecars of workloads that it selects: on what they take, or also on what they send. */
  | 'selected-servers'
  | 'selected'
  /** On requests to the hosts that it names. */
  | 'hosts'
  /** On requests to the Services that it refers to as its parents or targets. */
  | 'references'
  /** As one more endpoint of the Services that select its labels. */
  | 'endpoint';

export type Verb = 'create' | 'get' | 'list' | 'watch' | 'patch' | 'delete';

/** What is known of any kind. */
interface KindFacts {
  /** The API group; empty for Kubernetes' core. */
  group: string;
  /** The plural in paths and rights, such as `destinationrules`. */
  resource: string;
  scope: 'namespace' | 'cluster';
  /** Newest first; absent if only the cluster says it, since nothing here writes such objects. */
  versions?: readonly Version[];
  /** The fields besides `metadata.namespace` in which its objects name namespaces. */
  places?: readonly NamespaceField[];
}

/** What is known of a kind of Kubernetes' own. */
export interface KubernetesFacts extends KindFacts {
  versions: readonly Version[];
  /** Whether a topology may hold it. */
  topology?: true;
  /** What the user of a run must be allowed to do with it: in every run, and in one that changes the mesh for everybody. */
  rights?: { always: readonly Verb[]; meshWide?: readonly Verb[]; unlessDenied?: readonly Verb[] };
}

/** What is known of a kind that configures the mesh: Istio's or Gateway API's. A run watches them all. */
export interface MeshFacts extends KindFacts {
  /** What the model reads of it: all that affects mutual TLS, some fields, or nothing. */
  model: 'whole' | 'part' | 'nothing';
  /** Whether predictions follow from objects of others as well, not only from those that the run's steps apply. */
  predictsForOthers?: true;
  /** What objects of others can do to an answer besides what is predicted; absent if nothing. */
  power?: {
    reach: Targeting;
    can: string;
  };
  /** Whether steps may apply it: those of every run, whose user thus needs the rights to, or of some suites. */
  applied?: 'by every run' | 'by some suites';
  /** Whether the diagnosis of a failure has its objects. */
  diagnosed?: true;
}

/** Whose it is, and what it is called. */
interface OwnedName<Owner extends string> {
  owner: Owner;
  kind: string;
}

export type KubernetesKind = KubernetesFacts & OwnedName<'Kubernetes'>;
export type MeshKind = MeshFacts & OwnedName<'Istio' | 'Gateway API'>;
export type Kind = KubernetesKind | MeshKind;
