import type { KubeObject } from '../../model/types.ts';

// A mesh of many shapes, as somebody might have grown it: the live test of `automtls check` asks it, and its unit tests
// read it.

const curl = 'docker.io/curlimages/curl:8.16.0';
const httpbin = 'docker.io/mccutchen/go-httpbin:v2.15.0';

interface Shape {
  kind?: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'Job' | 'Pod';
  /** Labels besides `app`. */
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  account?: string;
  hostNetwork?: boolean;
  replicas?: number;
  app?: string;
}

function pods(image: string, namespace: string, name: string, shape: Shape): KubeObject {
  const {
    kind = 'Deployment',
    labels = {},
    annotations = {},
    account = name,
    hostNetwork,
    replicas = 1,
    app = name,
  } = shape;
  const own = { app, ...labels };
  const container = {
    name: 'main',
    image,
    imagePullPolicy: 'IfNotPresent',
    ...(image === curl ? { command: ['sleep', 'infinity'] } : { ports: [{ name: 'web', containerPort: 8080 }] }),
    resources: { requests: { cpu: '5m', memory: '16Mi' } },
  };
  const spec = {
    serviceAccountName: account,
    terminationGracePeriodSeconds: 1,
    ...(hostNetwork && { hostNetwork }),
    ...(kind === 'Job' && { restartPolicy: 'Never' }),
    containers: [container],
  };
  if (kind === 'Pod')
    return { apiVersion: 'v1', kind, metadata: { name, namespace, labels: own, annotations }, spec } as KubeObject;
  const template = { metadata: { labels: own, annotations }, spec };
  const selector = { matchLabels: own };
  return {
    apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1',
    kind,
    metadata: { name, namespace },
    spec: {
      template,
      ...(kind !== 'Job' && { selector }),
      ...(kind === 'StatefulSet' && { serviceName: name }),
      ...((kind === 'Deployment' || kind === 'StatefulSet') && { replicas }),
    },
  } as KubeObject;
}

function account(namespace: string, name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } };
}

export function client(namespace: string, name: string, shape: Shape = {}): KubeObject[] {
  return [...(shape.account === undefined ? [account(namespace, name)] : []), pods(curl, namespace, name, shape)];
}

export function server(namespace: string, name: string, shape: Shape = {}): KubeObject[] {
  return [...(shape.account === undefined ? [account(namespace, name)] : []), pods(httpbin, namespace, name, shape)];
}

export function service(namespace: string, name: string, spec: object = {}): KubeObject {
  const usual = { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { ...usual, ...spec },
  } as KubeObject;
}

export function object(group: string, kind: string, namespace: string, name: string, spec: object): KubeObject {
  return { apiVersion: group, kind, metadata: { name, namespace }, spec } as KubeObject;
}

export const security = 'security.istio.io/v1';
export const networking = 'networking.istio.io/v1';
export const bare = { 'sidecar.istio.io/inject': 'false' };

export function namespace(name: string, injected: boolean): KubeObject {
  const labels = injected ? { 'istio-injection': 'enabled' } : {};
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

/** A shop: two sorts of pods behind one Service, a StatefulSet, a DaemonSet, a Job, a bare Pod, and modes by workload. */
const shop = [
  namespace('shop', true),
  ...server('shop', 'web', { labels: { version: 'v1' } }),
  ...server('shop', 'web-old', { app: 'web', labels: { version: 'v0', ...bare } }),
  service('shop', 'web'),
  ...server('shop', 'cart', { kind: 'StatefulSet' }),
  service('shop', 'cart', { clusterIP: 'None', ports: [{ name: 'http', port: 8080, targetPort: 8080 }] }),
  ...server('shop', 'api', { kind: 'DaemonSet' }),
  service('shop', 'api', { ports: [{ name: 'http', port: 8000, targetPort: 'web' }] }),
  ...server('shop', 'orders'),
  service('shop', 'orders'),
  ...server('shop', 'reports'),
  service('shop', 'reports'),
  service('shop', 'money', { type: 'ExternalName', externalName: 'ledger.pay.svc.cluster.local', selector: undefined }),
  service('shop', 'nobody'),
  ...client('shop', 'sleep'),
  ...client('shop', 'plain', { labels: bare }),
  ...client('shop', 'import', { kind: 'Job' }),
  ...client('shop', 'tool', { kind: 'Pod' }),
  object(security, 'PeerAuthentication', 'shop', 'api', {
    selector: { matchLabels: { app: 'api' } },
    mtls: { mode: 'STRICT' },
  }),
  object(security, 'PeerAuthentication', 'shop', 'orders', {
    selector: { matchLabels: { app: 'orders' } },
    mtls: { mode: 'DISABLE' },
  }),
  object(security, 'PeerAuthentication', 'shop', 'reports', {
    selector: { matchLabels: { app: 'reports' } },
    mtls: { mode: 'PERMISSIVE' },
    portLevelMtls: { 8080: { mode: 'STRICT' } },
  }),
];

/** STRICT for all, but one workload has no sidecar, and a rule sends mutual TLS to it. */
const pay = [
  namespace('pay', true),
  object(security, 'PeerAuthentication', 'pay', 'default', { mtls: { mode: 'STRICT' } }),
  ...server('pay', 'ledger', { replicas: 2 }),
  service('pay', 'ledger'),
  ...server('pay', 'mainframe', { labels: bare }),
  service('pay', 'mainframe'),
  object(networking, 'DestinationRule', 'pay', 'mainframe', {
    host: 'mainframe.pay.svc.cluster.local',
    trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } },
  }),
  ...client('pay', 'sleep'),
];

/** Not in the mesh, and a pod on the host's network. */
const legacy = [
  namespace('legacy', false),
  ...server('legacy', 'httpbin'),
  service('legacy', 'httpbin'),
  ...client('legacy', 'sleep'),
  ...client('legacy', 'host', { hostNetwork: true }),
];

/** Its Sidecar hides all other namespaces. */
const data = [
  namespace('data', true),
  object(networking, 'Sidecar', 'data', 'default', { egress: [{ hosts: ['./*', 'istio-system/*'] }] }),
  ...server('data', 'store'),
  service('data', 'store'),
  ...client('data', 'sleep'),
];

/** What the model knows in part, or not at all. */
const edge = [
  namespace('edge', true),
  ...server('edge', 'gate'),
  service('edge', 'gate'),
  object(security, 'AuthorizationPolicy', 'edge', 'gate', {
    selector: { matchLabels: { app: 'gate' } },
    action: 'DENY',
    rules: [{ from: [{ source: { notPrincipals: ['*'] } }] }],
  }),
  ...server('edge', 'office'),
  service('edge', 'office'),
  object(security, 'AuthorizationPolicy', 'edge', 'office', {
    selector: { matchLabels: { app: 'office' } },
    action: 'ALLOW',
    rules: [{ to: [{ operation: { methods: ['GET'] } }] }],
  }),
  ...server('edge', 'odd'),
  service('edge', 'odd'),
  object('networking.istio.io/v1alpha3', 'EnvoyFilter', 'edge', 'odd', {
    workloadSelector: { labels: { app: 'odd' } },
    configPatches: [
      {
        applyTo: 'HTTP_ROUTE',
        match: { context: 'SIDECAR_INBOUND' },
        patch: { operation: 'MERGE', value: { request_headers_to_add: [{ header: { key: 'x-odd', value: 'yes' } }] } },
      },
    ],
  }),
  ...server('edge', 'past', { annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': '8080' } }),
  service('edge', 'past'),
  ...client('edge', 'sleep'),
  object(networking, 'DestinationRule', 'edge', 'ledger', {
    host: 'ledger.pay.svc.cluster.local',
    trafficPolicy: { tls: { mode: 'DISABLE' } },
  }),
];

/** The objects of the mesh, in the order in which to create them. */
export const bazaar: readonly KubeObject[] = [...shop, ...pay, ...legacy, ...data, ...edge];
