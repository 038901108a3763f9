import type {
  AuthenticationPolicy,
  DestinationRule,
  KubeObject,
  MtlsMode,
  PeerAuthentication,
  TlsMode,
  TrafficPolicy,
} from '../lib/model/index.ts';

// Short forms of Istio's objects for suites. Paths are `namespace/name`.

/** The mode of a PeerAuthentication. */
export type Mode = MtlsMode;

export function peer(
  path: string,
  mode: Mode,
  { selector, ports }: { selector?: Record<string, string>; ports?: Record<string, Mode> } = {},
): PeerAuthentication {
  const portLevelMtls = ports && Object.fromEntries(Object.entries(ports).map(([port, own]) => [port, { mode: own }]));
  return {
    apiVersion: 'security.istio.io/v1beta1',
    kind: 'PeerAuthentication',
    metadata: metadataOf(path),
    spec: {
      ...(selector && { selector: { matchLabels: selector } }),
      mtls: { mode },
      ...(portLevelMtls && { portLevelMtls }),
    },
  };
}

/** Returns a DestinationRule. `top` is its traffic policy, or only a TLS mode. */
export function rule(
  path: string,
  host: string,
  top?: TlsMode | TrafficPolicy,
  more: Omit<DestinationRule['spec'], 'host' | 'trafficPolicy'> = {},
): DestinationRule {
  const trafficPolicy = typeof top === 'string' ? { tls: { mode: top } } : top;
  return {
    apiVersion: 'networking.istio.io/v1beta1',
    kind: 'DestinationRule',
    metadata: metadataOf(path),
    spec: { host, ...(trafficPolicy && { trafficPolicy }), ...more },
  };
}

/** Returns a Sidecar with the egress hosts, for the workloads with the labels or for all. */
export function sidecar(path: string, hosts: string[], labels?: Record<string, string>): KubeObject & { spec: object } {
  return {
    apiVersion: 'networking.istio.io/v1beta1',
    kind: 'Sidecar',
    metadata: metadataOf(path),
    spec: { ...(labels && { workloadSelector: { labels } }), egress: [{ hosts }] },
  };
}

/** Returns a Service's name that every namespace can use. */
export function hostOf(path: string): string {
  const { namespace, name } = metadataOf(path);
  return `${name}.${namespace}.svc.cluster.local`;
}

/** Returns a traffic policy with settings for port 8000. */
export function atPort(settings: object, top: TrafficPolicy = {}): TrafficPolicy {
  return { ...top, portLevelSettings: [{ port: { number: 8000 }, ...settings }] };
}

/** Settings without TLS or load balancing. Istio rejects a traffic policy with no settings. */
export const others = { connectionPool: { tcp: { maxConnections: 100 } } };

/** Load balancing with PASSTHROUGH. */
export const passThrough: TrafficPolicy = { loadBalancer: { simple: 'PASSTHROUGH' } };

/**
 * Returns a VirtualService that routes requests with the name of one of the subsets in their header to that subset.
 * @param more other fields, such as exportTo
 */
export function route(to: string, subsets: string[], more: object = {}): KubeObject & { spec: object } {
  const { namespace, name } = metadataOf(to);
  const host = hostOf(to);
  const toSubset = (subset: string) => ({
    match: [{ headers: { 'automtls-subset': { exact: subset } } }],
    route: [{ destination: { host, subset } }],
  });
  return {
    apiVersion: 'networking.istio.io/v1beta1',
    kind: 'VirtualService',
    metadata: { namespace, name: `to-${name}` },
    spec: { hosts: [host], http: [...subsets.map(toSubset), { route: [{ destination: { host } }] }], ...more },
  };
}

/** Returns a v1alpha1 Policy, or a MeshPolicy if the path has no namespace. */
export function policy(path: string, spec: NonNullable<AuthenticationPolicy['spec']>): AuthenticationPolicy {
  const apiVersion = 'authentication.istio.io/v1alpha1';
  return path.includes('/')
    ? { apiVersion, kind: 'Policy', metadata: metadataOf(path), spec }
    : { apiVersion, kind: 'MeshPolicy', metadata: { name: path }, spec };
}

/** Returns an AuthorizationPolicy. */
export function authorization(
  path: string,
  spec: { action: 'ALLOW' | 'DENY'; rules: object[]; selector?: Record<string, string> | undefined },
): KubeObject & { spec: object } {
  const { selector, ...others } = spec;
  return {
    apiVersion: 'security.istio.io/v1beta1',
    kind: 'AuthorizationPolicy',
    metadata: metadataOf(path),
    spec: { ...(selector && { selector: { matchLabels: selector } }), ...others },
  };
}

/** Returns an AuthorizationPolicy that denies clients without a principal, which plain text does not give them. */
export function denyPlainText(path: string, selector?: Record<string, string>): KubeObject & { spec: object } {
  return authorization(path, { selector, action: 'DENY', rules: [{ from: [{ source: { notPrincipals: ['*'] } }] }] });
}

/** Returns the same object in version v1 of its API. */
export function inV1<T extends KubeObject>(object: T): T {
  return { ...object, apiVersion: object.apiVersion.replace(/v1\w*$/, 'v1') };
}

function metadataOf(path: string): { namespace: string; name: string } {
  const [namespace = '', name = ''] = path.split('/');
  return { namespace, name };
}
