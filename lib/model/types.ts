import type { Protocol } from './expected.ts';
import type { RuleId } from './rules/rules.ts';
import type { Release } from './world/release.ts';

/** A Kubernetes object in a manifest or on the API server. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/** An object before and after a change. */
export interface ObjectChange<Kind extends KubeObject = KubeObject> {
  /** Absent if the object was created. */
  before?: Kind;
  /** Absent if the object was deleted. */
  now?: Kind;
}

export interface ObjectMeta {
  name: string;
  namespace?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  /** RFC 3339, whole seconds; absent before the API server has stored the object. */
  creationTimestamp?: string;
  /** Distinguishes the object from all others that have had its name; absent before it is stored. */
  uid?: string;
  /** Identifies this state of the object; absent before it is stored. */
  resourceVersion?: string;
  /** Counts the changes of the object's desired state; absent before it is stored. */
  generation?: number;
}

export type MtlsMode = 'UNSET' | 'DISABLE' | 'PERMISSIVE' | 'STRICT';

/** security.istio.io PeerAuthentication (Istio 1.5 and later). */
export interface PeerAuthentication extends KubeObject {
  kind: 'PeerAuthentication';
  spec?: {
    selector?: { matchLabels?: Record<string, string> };
    mtls?: { mode?: MtlsMode };
    /** Keyed by the workload's port, not the Service's. */
    portLevelMtls?: Record<string, { mode?: MtlsMode }>;
  };
}

/** authentication.istio.io/v1alpha1 Policy or MeshPolicy (Istio 1.4 and 1.5). */
export interface AuthenticationPolicy extends KubeObject {
  kind: 'Policy' | 'MeshPolicy';
  spec?: {
    targets?: { name: string; ports?: { number?: number; name?: string }[] }[];
    peers?: { mtls?: { mode?: 'STRICT' | 'PERMISSIVE' } | null }[];
  };
}

export type TlsMode = 'DISABLE' | 'SIMPLE' | 'MUTUAL' | 'ISTIO_MUTUAL';

/** What clients send. A credential is the name of a Secret with certificates. */
export interface ClientTls {
  mode?: TlsMode;
  subjectAltNames?: string[];
  credentialName?: string;
}

export interface TrafficPolicy {
  tls?: ClientTls;
  loadBalancer?: { simple?: string };
  /** Keyed by the Service's port. */
  portLevelSettings?: {
    port: { number: number };
    tls?: ClientTls;
    loadBalancer?: { simple?: string };
  }[];
}

/** A part of a Service's pods, by their labels, with settings of its own. */
export interface Subset {
  name: string;
  labels?: Record<string, string>;
  trafficPolicy?: TrafficPolicy;
}

/** networking.istio.io DestinationRule. */
export interface DestinationRule extends KubeObject {
  kind: 'DestinationRule';
  spec: {
    host: string;
    exportTo?: string[];
    workloadSelector?: { matchLabels?: Record<string, string> };
    subsets?: Subset[];
    trafficPolicy?: TrafficPolicy;
  };
}

/** What somebody wrote of an endpoint, into a WorkloadEntry or a ServiceEntry. */
export interface WrittenWorkload {
  address?: string;
  labels?: Record<string, string>;
  ports?: Record<string, number>;
  serviceAccount?: string;
  network?: string;
  weight?: number;
}

/** What a ServiceEntry says of one of its hosts. */
export interface HostEntry {
  /** The ServiceEntry, as `ServiceEntry namespace/name`. */
  entry: string;
  /** Whether it is MESH_EXTERNAL. */
  isExternal: boolean;
  resolution: string;
  exportTo: string[];
  /** Its own addresses, to which clients send requests. */
  addresses: string[];
  endpoints: WrittenWorkload[];
  /** Names that a server may show besides those of the endpoints' accounts. */
  subjectAltNames: string[];
}

/** A Service, or a host of a ServiceEntry, which is the same to sidecars: its name is then the host. */
export interface Service extends KubeObject {
  kind: 'Service' | 'Host';
  spec: {
    /** Set of a host. */
    host?: HostEntry;
    type?: string;
    /** `None` makes the Service headless. */
    clusterIP?: string;
    externalName?: string;
    selector?: Record<string, string>;
    ports?: { name?: string; port: number; targetPort?: number | string; protocol?: string; appProtocol?: string }[];
  };
}

/** A container of pods, with the defaults that the API server fills in, or without. */
export interface Container {
  name: string;
  image: string;
  readinessProbe?: {
    httpGet?: { port: number };
    tcpSocket?: { port: number };
    grpc?: { port: number };
    periodSeconds?: number;
    failureThreshold?: number;
  };
}

/** apps/v1 Deployment, as it is stored. */
export interface Deployment extends KubeObject {
  spec: {
    replicas?: number;
    selector: { matchLabels?: Record<string, string> };
    template: { metadata?: Partial<ObjectMeta>; spec: { containers: Container[] } };
  };
  status?: {
    observedGeneration?: number;
    readyReplicas?: number;
    /** The pods of the newest template. */
    updatedReplicas?: number;
    conditions?: { type: string; status: string; message?: string }[];
  };
}

/** A set of identical pods, with what Istio's rules look at. */
export interface Workload {
  name: string;
  namespace: string;
  /** The pods' labels. */
  labels: Record<string, string>;
  serviceAccount: string;
  /** Whether its pods have an Istio sidecar (and thus the label security.istio.io/tlsMode=istio). */
  sidecar: boolean;
  hostNetwork: boolean;
  /** The rule that decides about its pods' sidecar, if it has ended since the release that injects, or is the injector's own. */
  injectedBy?: RuleId;
  ports: { name?: string; port: number }[];
  /** The names of its pods' containers, without the sidecar. */
  containers: string[];
  /** How many pods it has; each is one endpoint. */
  replicas: number;
  /** The addresses of its pods, where there are pods to see. */
  addresses?: readonly string[];
  /** Set if its proxy is a gateway's, which sends what its routes lead to a Service. */
  gateway?: true;
  /** Which connections its sidecar takes; all of them if absent. */
  redirection?: Redirection;
}

/**
 * Which connections the pods' iptables lead to their sidecar, as Istio's annotations say it: ports and ranges of
 * addresses, separated by commas.
 */
export interface Redirection {
  includeInboundPorts?: string;
  excludeInboundPorts?: string;
  includeOutboundPorts?: string;
  excludeOutboundPorts?: string;
  includeOutboundIPRanges?: string;
  excludeOutboundIPRanges?: string;
}

/** The part of the mesh configuration that affects mutual TLS, and the release. */
export interface Mesh {
  release: Release;
  rootNamespace: string;
  trustDomain: string;
  /** Other trust domains whose certificates count as the mesh's own; none if absent. */
  trustDomainAliases?: string[];
  autoMtls: boolean;
  /** The defaults of exportTo for objects without their own; `*` for each kind that is absent. */
  exportTo?: { destinationRule?: string[]; service?: string[]; virtualService?: string[] };
  /** What sidecars do with requests to hosts that they do not know; ALLOW_ANY if absent. */
  outboundTrafficPolicy?: string;
  /** The namespaces that `discoverySelectors` leave out. */
  undiscovered?: ReadonlySet<string>;
}

/** What tells which policies are those of the whole mesh. */
export type MeshRoot = Pick<Mesh, 'release' | 'rootNamespace'>;

/** An endpoint that somebody wrote for a Service, as for one without a selector. */
export interface WrittenEndpoint {
  service: { namespace: string; name: string };
  /** The name of the Service's port that leads to it; absent if that has none. */
  portName?: string;
  port: number;
  /** What is there, with as many replicas as there are addresses of it; called by its address if that is no pod's. */
  workload: Workload;
  /** Whether istiod takes it for the workload's: otherwise it is an address of which it knows nothing. */
  isKnown: boolean;
}

/** Everything the rules look at. */
export interface World {
  mesh: Mesh;
  workloads: Workload[];
  services: Service[];
  /** Endpoints besides those that Services select. */
  writtenEndpoints?: readonly WrittenEndpoint[];
  /** The applied objects. Of which kinds the model reads something is in lib/kinds. */
  policies: KubeObject[];
}

/** One question: what happens if a client workload asks a Service on a port. */
export interface Question {
  protocol: Protocol;
  client: { namespace: string; name: string };
  server: { namespace: string; name: string; port: number; subset?: string };
}

/**
 * A client of no mesh, by what it shows the server: nothing, in plain text or over TLS; a certificate that names an
 * identity of the mesh, signed by itself or by an authority that the mesh does not know; one of the mesh's authority for
 * another trust domain; or one of the mesh's authority that is as good as any.
 */
export type Stranger = 'plain' | 'no-certificate' | 'self-signed' | 'other-authority' | 'other-trust-domain' | 'member';

/**
 * A server of no mesh, by its certificate: signed by itself or by an authority that the mesh does not know, with the
 * identity that clients expect; of the mesh's authority with another identity; or with the right one.
 */
export type Impostor = 'self-signed' | 'other-authority' | 'other-identity' | 'named';
