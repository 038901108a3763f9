import type { KubeObject } from '../model/index.ts';

/** A mesh as it was read: from a cluster, or from folders of manifests. Everything else follows from it. */
export interface Snapshot {
  /** Whether its pods were there to see, or only what they are made from. */
  source: 'cluster' | 'files';
  /** What was read, for people: the cluster's context, or the folders. */
  label: string;
  /** The objects, by kind. */
  objects: ReadonlyMap<string, readonly KubeObject[]>;
  /** Workloads that are to be applied to a cluster: their pods are not there to see yet. */
  applied: readonly KubeObject[];
  /** Where an object stands; none of a cluster stands anywhere. */
  places: ReadonlyMap<KubeObject, Place>;
  /** What could not be read. */
  unread: readonly Unread[];
  /** How many objects were left out because no mesh looks at them, by kind. */
  leftOut: ReadonlyMap<string, number>;
}

/** A place in a file. */
export interface Place {
  file: string;
  line: number;
}

/** A kind that could not be read. */
export interface Unread {
  kind: string;
  /** The right that lacks, such as `list envoyfilters.networking.istio.io`. */
  right: string;
  why: string;
}

/** A container of a pod, with what a mesh looks at. */
export interface Container {
  name: string;
  args?: string[];
  restartPolicy?: string;
  ports?: { name?: string; containerPort: number; protocol?: string }[];
}

/** What pods are made from. */
export interface PodTemplate {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
  spec?: {
    serviceAccountName?: string;
    hostNetwork?: boolean;
    containers?: Container[];
    initContainers?: Container[];
  };
}

export interface Pod extends KubeObject {
  metadata: KubeObject['metadata'] & {
    deletionTimestamp?: string;
    ownerReferences?: { kind: string; name: string; controller?: boolean }[];
  };
  spec: NonNullable<PodTemplate['spec']>;
  status?: {
    phase?: string;
    conditions?: { type: string; status: string }[];
    podIP?: string;
    podIPs?: { ip: string }[];
  };
}

/** discovery.k8s.io EndpointSlice. Of those that Kubernetes' own controller makes for selectors, the endpoints are left out. */
export interface EndpointSlice extends KubeObject {
  addressType?: string;
  ports?: { name?: string; port?: number }[];
  endpoints?: {
    addresses: string[];
    conditions?: { ready?: boolean };
    targetRef?: { kind?: string; name: string; namespace?: string };
  }[];
}

/** Returns the objects of a kind; none if the kind was not read. */
export function objectsOf<Kind extends KubeObject>({ objects }: Pick<Snapshot, 'objects'>, kind: string): Kind[] {
  return [...((objects.get(kind) ?? []) as Kind[])];
}

/** Returns the namespaces that a snapshot names, by themselves or by what is in them. */
export function namespacesNamed({ objects }: Pick<Snapshot, 'objects'>): ReadonlySet<string> {
  const all = [...objects.values()].flat();
  return new Set(all.map((object) => (object.kind === 'Namespace' ? object.metadata.name : namespaceOf(object))));
}

/** Returns the namespace of an object; without one it is in `default`, as with kubectl. */
export function namespaceOf({ metadata }: KubeObject): string {
  return metadata.namespace ?? 'default';
}
