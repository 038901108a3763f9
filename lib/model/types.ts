import type { RuleId } from './rules.ts';

/** A Kubernetes object as a manifest or the API server holds it. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

export interface ObjectMeta {
  name: string;
  namespace?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  /** RFC 3339, whole seconds; absent before the API server has stored the object. */
  creationTimestamp?: string;
  /** Which object it is among all that have borne its name; absent before it is stored. */
  uid?: string;
  /** Which state of the object it is; absent before it is stored. */
  resourceVersion?: string;
  /** Counts the changes of what the object wants; absent before it is stored. */
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

export interface TrafficPolicy {
  tls?: { mode?: TlsMode; subjectAltNames?: string[] };
  loadBalancer?: { simple?: string };
  /** Keyed by the Service's port. */
  portLevelSettings?: {
    port: { number: number };
    tls?: { mode?: TlsMode; subjectAltNames?: string[] };
    loadBalancer?: { simple?: string };
  }[];
}

/** networking.istio.io DestinationRule. */
export interface DestinationRule extends KubeObject {
  kind: 'DestinationRule';
  spec: {
    host: string;
    exportTo?: string[];
    workloadSelector?: { matchLabels?: Record<string, string> };
    subsets?: { name: string; labels?: Record<string, string>; trafficPolicy?: TrafficPolicy }[];
    trafficPolicy?: TrafficPolicy;
  };
}

export interface Service extends KubeObject {
  kind: 'Service';
  spec: {
    type?: string;
    /** `None` makes the Service headless. */
    clusterIP?: string;
    externalName?: string;
    selector?: Record<string, string>;
    ports?: { name?: string; port: number; targetPort?: number | string; protocol?: string; appProtocol?: string }[];
  };
}

/** A set of like pods, with what Istio's rules look at. */
export interface Workload {
  name: string;
  namespace: string;
  /** The pods' labels. */
  labels: Record<string, string>;
  serviceAccount: string;
  /** Whether its pods carry an Istio sidecar (and so the label security.istio.io/tlsMode=istio). */
  sidecar: boolean;
  hostNetwork: boolean;
  /** A rule that has ended since the release that injects, and with it this about its pods' sidecar; absent where none. */
  injectedBy?: RuleId;
  ports: { name?: string; port: number }[];
  /** How many containers each of its pods has, the sidecar aside. */
  containers: number;
  /** How many pods; each is one endpoint. */
  replicas: number;
}

/** An Istio release as far as its rules differ: 1.31 is `{ major: 1, minor: 31 }`. */
export interface Release {
  major: number;
  minor: number;
}

/** What of the mesh configuration decides about mutual TLS. */
export interface Mesh {
  release: Release;
  rootNamespace: string;
  trustDomain: string;
  autoMtls: boolean;
}

/** Everything the rules look at. */
export interface World {
  mesh: Mesh;
  workloads: Workload[];
  services: Service[];
  /** PeerAuthentications, Policies, MeshPolicies and DestinationRules that are applied; other kinds are not looked at. */
  policies: KubeObject[];
}

/** What a port speaks, as its Service declares it. To a sidecar `tcp` and `https` are bytes that it passes on. */
export type Protocol = 'http' | 'grpc' | 'tcp' | 'https';

/** One question: a client workload asks a Service on a port. */
export interface Question {
  protocol: Protocol;
  client: { namespace: string; name: string };
  server: { namespace: string; name: string; port: number; subset?: string };
}

/**
 * What one request can come to.
 * - `mtls`: answered, and the server's sidecar saw the client's SPIFFE ID.
 * - `plain`: answered, no client certificate.
 * - `unavailable`: a sidecar answers in the server's place, with 503 or gRPC status 14.
 * - `reset`: no answer; curl ends with one of `curlExits`.
 */
export type Outcome =
  | { kind: 'mtls'; identity: string }
  | { kind: 'plain' }
  | { kind: 'unavailable' }
  | { kind: 'reset'; curlExits: number[] };

/** Why an expectation is what it is: one rule of Istio's that took part. */
export interface Reason {
  /** Stable name of the rule, such as `peer-authentication.workload`. */
  rule: string;
  /** One sentence for a person, naming the objects. */
  text: string;
  /** The object that decided, as `Kind namespace/name`. */
  object?: string;
  /** Where the rule is documented: a file of Istio's, a page, an issue. */
  source: string;
  /** The Istio minor from which this rule holds, such as `1.12`, where releases differ. */
  since?: string;
  /** The first Istio minor in which it no longer holds, where releases differ. */
  until?: string;
}

export interface ExpectedOutcome {
  outcome: Outcome;
  /** Workloads whose endpoints answer so, as `namespace/name`. */
  endpoints: string[];
  /** Part of the requests that come to this, above 0 and at most 1, if endpoints are drawn evenly. */
  share: number;
}

/** What the rules say of one question: each outcome must be seen, none other may be. */
export interface Expectation {
  outcomes: ExpectedOutcome[];
  reasons: Reason[];
}
