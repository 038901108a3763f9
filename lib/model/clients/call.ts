import type { Reason } from '../expected.ts';
import type { ServicePort } from '../policies/authentication-policy.ts';
import type { Mesh, Service, Workload } from '../types.ts';
import type { Endpoint } from '../world/endpoints.ts';
import type { ServedPolicies } from '../world/served.ts';

/** What the client's side puts on the wire: `tls` is TLS that is not Istio's mutual TLS. */
export type Wire = 'plain' | 'mtls' | 'tls';

export interface WireTo {
  endpoint: Endpoint;
  wire: Wire;
}

/**
 * Where a retry goes: to a host not tried yet, to the same address (one pod), or to a virtual address, for which
 * kube-proxy draws a pod again. In the last case an established connection is kept and used again, so that requests
 * fail less often than new connections do.
 */
export type Retries = 'other-host' | 'same-host' | 'drawn-again' | 'none';

/** How a client reaches the endpoints of a Service. */
export interface Choice {
  /** Each endpoint that a request may go to, and what is put on the wire to it. */
  wires: WireTo[];
  retries: Retries;
  /** The only identities that a server may show, if a rule names any. */
  subjectAltNames?: string[];
  /** Otherwise those of the accounts by which istiod knows the endpoints, where they may be others than the servers'. */
  accounts?: string[];
  reasons: Reason[];
}

/** One request, with everything that the client's side looks at. */
export interface Call {
  mesh: Mesh;
  served: ServedPolicies;
  client: Workload;
  service: Service;
  port: ServicePort;
  subset?: string;
  endpoints: Endpoint[];
  /** Whether Istio treats the Service as outside the mesh. */
  external: boolean;
}
