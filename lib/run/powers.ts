/** How an object says on what it acts. */
type Reach =
  /** On sidecars of workloads that it selects: on what they take, or also on what they send. */
  | 'selected-servers'
  | 'selected'
  /** On requests to the hosts that it names. */
  | 'hosts'
  /** On requests to the Services that it refers to as its parents or targets. */
  | 'references'
  /** As one more endpoint of the Services that select its labels. */
  | 'endpoint';

/** A kind that the model ignores or knows only in part. */
export interface Power {
  kind: string;
  group: string;
  resource: string;
  reach: Reach;
  /** How it can affect an answer. */
  can: string;
}

const networking = 'networking.istio.io';
const extensions = 'extensions.istio.io';
const gateways = 'gateway.networking.k8s.io';

const elsewhere = 'it can send requests elsewhere, or answer them itself';
const anything = 'it can change or answer any request that a sidecar takes or sends';

/**
 * The kinds that can affect an answer besides those that the model takes in full. Telemetry is none of them: it decides
 * what sidecars report of requests, not what happens to them.
 */
export const powers: readonly Power[] = [
  {
    ...{ kind: 'AuthorizationPolicy', group: 'security.istio.io', resource: 'authorizationpolicies' },
    ...{ reach: 'selected-servers', can: 'it can refuse requests with 403, or reset them' },
  },
  {
    ...{ kind: 'EnvoyFilter', group: networking, resource: 'envoyfilters' },
    ...{ reach: 'selected', can: 'it can change anything that a sidecar does' },
  },
  {
    ...{ kind: 'WasmPlugin', group: extensions, resource: 'wasmplugins', reach: 'selected', can: anything },
  },
  {
    ...{ kind: 'TrafficExtension', group: extensions, resource: 'trafficextensions', reach: 'selected', can: anything },
  },
  {
    ...{ kind: 'ProxyConfig', group: networking, resource: 'proxyconfigs', reach: 'selected' },
    can: 'it can change the image and the settings of a sidecar whose pod is made later',
  },
  {
    ...{ kind: 'Sidecar', group: networking, resource: 'sidecars', reach: 'selected' },
    can: "it can hide a server from a client's sidecar, and change what a server's sidecar takes",
  },
  { kind: 'VirtualService', group: networking, resource: 'virtualservices', reach: 'hosts', can: elsewhere },
  {
    ...{ kind: 'ServiceEntry', group: networking, resource: 'serviceentries', reach: 'hosts' },
    can: 'it can give a host other addresses and endpoints',
  },
  {
    ...{ kind: 'WorkloadEntry', group: networking, resource: 'workloadentries', reach: 'endpoint' },
    can: 'it can be one more endpoint of a Service',
  },
  ...(
    [
      ['HTTPRoute', 'httproutes'],
      ['GRPCRoute', 'grpcroutes'],
      ['TCPRoute', 'tcproutes'],
      ['TLSRoute', 'tlsroutes'],
    ] as const
  ).map(([kind, resource]): Power => ({ kind, group: gateways, resource, reach: 'references', can: elsewhere })),
  {
    ...{ kind: 'BackendTLSPolicy', group: gateways, resource: 'backendtlspolicies', reach: 'references' },
    can: 'it can change whether requests to a Service go over TLS, and whose certificates are trusted',
  },
];

/** Returns what is known of a kind; undefined if it has no such power. */
export function powerOf({ kind }: { kind: string }): Power | undefined {
  return powers.find((one) => one.kind === kind);
}
