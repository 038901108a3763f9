import { subsetHeader } from './clients/subset-route.ts';
import type { Expectation, ExpectedOutcome } from './expected.ts';
import type { Sidecar } from './policies/sidecar-scope.ts';
import type {
  AuthenticationPolicy,
  DestinationRule,
  KubeObject,
  Mesh,
  MtlsMode,
  PeerAuthentication,
  Service,
  TlsMode,
  TrafficPolicy,
  Workload,
  World,
} from './types.ts';
import { parseRelease } from './world/release.ts';

/** Objects and worlds for the model's tests; names are `namespace/name`. */

type Labels = Record<string, string>;

export function mesh(release = '1.31', changes: Partial<Omit<Mesh, 'release'>> = {}): Mesh {
  const usual = { rootNamespace: 'istio-system', trustDomain: 'cluster.local', autoMtls: true };
  return { release: parseRelease(release), ...usual, ...changes };
}

/** A workload whose app label and service account have its name; with a sidecar unless the changes say otherwise. */
export function workload(path: string, changes: Partial<Workload> = {}): Workload {
  const { namespace, name } = split(path);
  return {
    name,
    namespace,
    labels: { app: name },
    serviceAccount: name,
    sidecar: true,
    hostNetwork: false,
    ports: [{ port: 80 }],
    containers: ['app'],
    replicas: 1,
    ...changes,
  };
}

/** A Service for `app=<name>`, from port 8000 to the pods' port 80. */
export function service(path: string, spec: Partial<Service['spec']> = {}): Service {
  const metadata = split(path);
  const usual = { selector: { app: metadata.name }, ports: [{ name: 'http', port: 8000, targetPort: 80 }] };
  return { apiVersion: 'v1', kind: 'Service', metadata, spec: { ...usual, ...spec } };
}

interface PeerChanges {
  selector?: Labels;
  ports?: Record<string, MtlsMode>;
  created?: string;
}

export function peerAuthentication(path: string, mode?: MtlsMode, changes: PeerChanges = {}): PeerAuthentication {
  const { selector, ports, created } = changes;
  return {
    apiVersion: 'security.istio.io/v1beta1',
    kind: 'PeerAuthentication',
    metadata: { ...split(path), ...(created === undefined ? {} : { creationTimestamp: created }) },
    spec: {
      ...(selector === undefined ? {} : { selector: { matchLabels: selector } }),
      ...(mode === undefined ? {} : { mtls: { mode } }),
      ...(ports === undefined
        ? {}
        : { portLevelMtls: Object.fromEntries(Object.entries(ports).map(([port, own]) => [port, { mode: own }])) }),
    },
  };
}

type AuthenticationSpec = NonNullable<AuthenticationPolicy['spec']>;

/** A v1alpha1 Policy; a path without a namespace makes a MeshPolicy. */
export function authenticationPolicy(path: string, spec: AuthenticationSpec): AuthenticationPolicy {
  const apiVersion = 'authentication.istio.io/v1alpha1';
  return path.includes('/')
    ? { apiVersion, kind: 'Policy', metadata: split(path), spec }
    : { apiVersion, kind: 'MeshPolicy', metadata: { name: path }, spec };
}

type RuleSpec = Omit<DestinationRule['spec'], 'host' | 'trafficPolicy'> & { created?: string };

/** A DestinationRule with the given TLS mode or traffic policy as its top level. */
export function destinationRule(
  path: string,
  host: string,
  top?: TlsMode | TrafficPolicy,
  { created, ...spec }: RuleSpec = {},
): DestinationRule {
  const trafficPolicy = typeof top === 'string' ? { tls: { mode: top } } : top;
  return {
    apiVersion: 'networking.istio.io/v1alpha3',
    kind: 'DestinationRule',
    metadata: { ...split(path), ...(created === undefined ? {} : { creationTimestamp: created }) },
    spec: { host, ...(trafficPolicy === undefined ? {} : { trafficPolicy }), ...spec },
  };
}

/** A VirtualService that routes requests for a host to the subset that their header names. */
export function subsetRoute(path: string, host: string, subset: string): KubeObject {
  const route = {
    match: [{ headers: { [subsetHeader]: { exact: subset } } }],
    route: [{ destination: { host, subset } }],
  };
  const spec = { hosts: [host], http: [route] };
  return { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: split(path), spec } as KubeObject;
}

/** A Sidecar with the hosts of each of its egress listeners. */
export function sidecar(
  path: string,
  egress: string[][],
  { selector, created, ...more }: { selector?: Labels; created?: string } & Sidecar['spec'] = {},
): Sidecar {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Sidecar',
    metadata: { ...split(path), ...(created === undefined ? {} : { creationTimestamp: created }) },
    spec: {
      ...(selector && { workloadSelector: { labels: selector } }),
      ...(egress.length > 0 && { egress: egress.map((hosts) => ({ hosts })) }),
      ...more,
    },
  };
}

/** The workloads and Services of the task, and the policies given. */
export function taskWorld(policies: KubeObject[], release?: string, changes?: Partial<Omit<Mesh, 'release'>>): World {
  const plain = { sidecar: false };
  return {
    mesh: mesh(release, changes),
    workloads: [
      workload('full/sleep'),
      workload('full/httpbin'),
      workload('partial/httpbin'),
      workload('partial/httpbin-nosidecar', { ...plain, labels: { app: 'httpbin', version: 'nosidecar' } }),
      workload('legacy/sleep', plain),
      workload('legacy/httpbin', plain),
    ],
    services: ['full/httpbin', 'partial/httpbin', 'legacy/httpbin'].map((path) => service(path)),
    policies,
  };
}

/**
 * Returns an expectation in the short form of the documents' tables: `m` mutual TLS, `p` plain text, `503`, `56` curl's
 * exit code. If endpoints differ, joins the outcomes by ` or `, in this order. A rare one comes last: `m, rarely 503`.
 */
export function brief({ outcomes }: Expectation): string {
  const { usual = [], rare = [] } = Object.groupBy(outcomes, (one) => (one.rare ? 'rare' : 'usual'));
  return [usual, ...(rare.length > 0 ? [rare] : [])].map(joined).join(', rarely ');
}

function joined(outcomes: ExpectedOutcome[]): string {
  const written = outcomes.map(({ outcome }) => {
    if (outcome.kind === 'reset') return outcome.curlExits.join('/');
    return { mtls: 'm', plain: 'p', unavailable: '503', denied: '403' }[outcome.kind];
  });
  return ['m', 'p', '503', '403', '56', '52/56', '7', '6'].filter((one) => written.includes(one)).join(' or ');
}

/** Splits `namespace/name`. */
export function split(path: string): { namespace: string; name: string } {
  const [namespace, name] = path.split('/');
  if (namespace === undefined || name === undefined) throw new Error(`"${path}" is not namespace/name`);
  return { namespace, name };
}
