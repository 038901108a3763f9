import type { KubeObject, Mesh, ObjectChange, ObjectMeta, Protocol, Service, World } from '../../model/index.ts';
import type { MeshChange } from '../reasons/others.ts';
import type { FieldChange } from '../reasons/serving.ts';

// What of the mesh around a step decides its verdicts besides the answers. All of it is plain JSON, and nothing in it is
// secret: see trimmed.ts.

/** What holds for a run as a whole. */
export interface RunSetting {
  /** The workloads and Services that the run creates. */
  topology: Pick<World, 'workloads' | 'services'>;
  /** For each namespace of the topologies, the one that the run creates. */
  namespaces: Record<string, string>;
  /** The mesh as the run found it. */
  mesh: Mesh;
  /** The ConfigMap of the mesh configuration, as `ConfigMap namespace/name`. */
  meshObject: string;
  /** The Deployments and Services that the run created, as the API server stored them. */
  made: KubeObject[];
}

/** What was found around one step. Optional parts are absent if they could not be read, or were not looked for. */
export interface Looked {
  /** What serves requests in the run's namespaces when the step was applied, and after it. */
  serving: { before: Serving; now?: Serving };
  /** Others' policies and rules, which the model takes. */
  policies: { before: KubeObject[]; now?: KubeObject[]; changes: ObjectChange[] };
  /** Others' objects of the kinds that the model ignores, or knows only in part; `before` is when the run began. */
  others: { before?: OthersObject[]; now?: OthersNow; changes: ObjectChange<OthersObject>[] };
  mesh: MeshLooked;
  /** Which watches have not seen all that is there: a sentence for each. */
  behind: string[];
  /** Which other run made an object, by `keyOf` in makers.ts; nobody knows who made the rest. */
  makers: Record<string, string>;
  /** What the run had applied, as the step wants it, with the age, uid and generation that the API server gave it. */
  applied: KubeObject[];
  /** What the API server stored otherwise than it was applied. */
  altered: { object: string; change: FieldChange }[];
  /** What the API server has after the step of what the run had applied. */
  stored?: StoredObject[];
  /** What sidecars rejected since the step was applied. */
  rejections?: Rejections;
  /** The logs of the servers that refused requests. */
  logs: ServerLog[];
  /** Why something could not be looked at. */
  failed: string[];
}

interface OwnedMeta extends ObjectMeta {
  deletionTimestamp?: string;
  ownerReferences?: { uid: string; controller?: boolean }[];
}

export interface ContainerStatus {
  name: string;
  ready: boolean;
  restartCount?: number;
  state?: { waiting?: { reason?: string; message?: string } };
}

export interface Pod extends KubeObject {
  metadata: OwnedMeta;
  spec: { containers: { name: string }[]; initContainers?: { name: string; restartPolicy?: string }[] };
  status?: {
    phase?: string;
    podIPs?: { ip: string }[];
    conditions?: { type: string; status: string; message?: string }[];
    containerStatuses?: ContainerStatus[];
    initContainerStatuses?: ContainerStatus[];
  };
}

export interface ReplicaSet extends KubeObject {
  metadata: OwnedMeta;
}

/** Pods, and the ReplicaSets that show which Deployment owns each. */
export interface Pods {
  pods: Pod[];
  replicaSets: ReplicaSet[];
}

/** discovery.k8s.io/v1 EndpointSlice. */
export interface EndpointSlice extends KubeObject {
  endpoints?:
    | { addresses: string[]; conditions?: { ready?: boolean | null }; targetRef?: { kind?: string; uid?: string } }[]
    | null;
  ports?: { name?: string; port?: number }[] | null;
}

/** What serves requests in the run's namespaces at one moment: pods, Services and endpoints. */
export interface Serving extends Pods {
  services: Service[];
  slices: EndpointSlice[];
}

/** Another object that an object refers to. */
export interface Reference {
  kind?: string;
  name: string;
  namespace?: string;
}

/** An object of others that can act on requests: only what says on which ones. */
export interface OthersObject extends KubeObject {
  spec?: {
    selector?: { matchLabels?: Record<string, string> };
    workloadSelector?: { labels?: Record<string, string> };
    targetRef?: Reference;
    targetRefs?: Reference[];
    parentRefs?: Reference[];
    hosts?: string[];
    exportTo?: string[];
    gateways?: string[];
    addresses?: string[];
    /** Of a WorkloadEntry: those that Services select it by. */
    labels?: Record<string, string>;
  };
  /** The hosts to which it leads requests, or copies of them; absent if there are none. */
  destinations?: string[];
  /** Set if it does nothing but what the EnvoyFilters of Istio's installation do. */
  likeIstios?: true;
}

export interface OthersNow {
  objects: OthersObject[];
  /** A sentence for each kind that could not be read. */
  unread: string[];
}

/** How others have changed the mesh configuration since the run found or set it. */
export type MeshDrift =
  /** Another run is changing it. */
  { by: string } | { isDeleted: true } | { changes: MeshChange[] };

export interface MeshLooked {
  /** Absent if there is no difference to what the run found or set. */
  drift?: MeshDrift;
  /** Others' changes within the step. */
  changes: MeshStep[];
  /** Whether automatic mutual TLS is on after the step; absent if the mesh configuration does not tell. */
  autoMtls?: boolean;
}

/** A change of the mesh configuration, and whether automatic mutual TLS was on before and after, as far as it tells. */
export interface MeshStep {
  changes: MeshChange[];
  autoMtls: { before?: boolean; now?: boolean };
}

/** An object as the API server has it. */
export interface StoredObject {
  object: string;
  uid?: string;
  generation?: number;
  /** Its differences to what was applied. */
  changes: FieldChange[];
}

/** A sidecar's rejection of what istiod sent to it. */
export interface Rejection {
  namespace: string;
  pod: string;
  /** The kind of resource that it rejected, such as `LDS`. */
  type: string;
  /** What istiod logged about it, on one line. */
  said: string;
}

/** What istiod's log says about the run's sidecars. */
export interface Rejections {
  found: Rejection[];
  /** Why the log could not be read, and the right that this takes; absent if it could. */
  unread?: { right: string; error: string };
}

/** What the pods of a workload, `namespace/name`, logged about a step's requests. */
export type ServerLog = { workload: string } & (UnreadLog | ReadLog);

interface UnreadLog {
  /** Why it could not be read. */
  unread: string;
}

export interface ReadLog {
  /** Of which protocol's requests it is; of all if absent, as in records of older versions. */
  protocol?: Protocol;
  /** The names of the pods, in words. */
  podNames: string;
  /** How many requests were answered by this workload, or by others behind the same Services whose logs do not show it. */
  answered: number;
  /** Whether the log shows any of them, and whether it did in an earlier step. */
  showsAnswered: boolean;
  showedAnswered: boolean;
  /** By the cell's id: how many of its requests were refused, and how many of these the log shows. */
  refused: { cell: string; refused: number; came: number }[];
}
