import type { KubeObject } from '../../model/types.ts';
import type { OthersObject, Pod } from './looked.ts';
import { trimmed } from './trimmed.ts';

const SECRET = 'hunter2';

/** Fields that no verdict follows from, at every level where an object may have any. */
const stuffing = {
  secret: SECRET,
  env: [{ name: 'TOKEN', value: SECRET }],
  data: { mesh: SECRET },
  pluginConfig: { key: SECRET, host: SECRET },
  configPatches: [{ patch: { value: { host: SECRET, config: SECRET } } }],
};
const metadata = {
  namespace: 'full',
  name: 'x',
  uid: 'u',
  generation: 1,
  resourceVersion: '7',
  creationTimestamp: '2026-01-01T00:00:00Z',
  deletionTimestamp: '2026-01-01T00:00:00Z',
  labels: { app: 'x' },
  ownerReferences: [{ uid: 'o', controller: true }],
};
const reference = { kind: 'Service', name: 'httpbin', namespace: 'full' };
const annotations = { 'networking.istio.io/exportTo': '.' };

/** Puts the stuffing into an object, into the objects in it that are named, and into its metadata. */
function stuffed(kind: string, kept: object): KubeObject {
  return {
    apiVersion: 'v1',
    kind,
    ...stuffing,
    ...kept,
    metadata: {
      ...metadata,
      managedFields: [stuffing],
      ownerReferences: metadata.ownerReferences.map((owner) => ({ ...owner, name: SECRET })),
      annotations: { ...annotations, 'kubectl.kubernetes.io/last-applied-configuration': SECRET },
    },
  } as KubeObject;
}

/** Returns the object that is wanted of a stuffed one. */
const wanted = (kind: string, kept: object) => ({
  apiVersion: 'v1',
  kind,
  ...kept,
  metadata: { ...metadata, annotations },
});

const acting = {
  selector: { matchLabels: { app: 'x' } },
  workloadSelector: { labels: { app: 'x' } },
  targetRef: reference,
  targetRefs: [reference],
  parentRefs: [reference],
  hosts: ['a.example'],
  exportTo: ['.'],
  gateways: ['mesh'],
  addresses: ['10.0.0.1'],
  labels: { app: 'x' },
};
const actingStuffed = {
  ...stuffing,
  ...acting,
  selector: { ...acting.selector, ...stuffing },
  workloadSelector: { ...acting.workloadSelector, ...stuffing },
  targetRef: { ...reference, ...stuffing },
  targetRefs: [{ ...reference, ...stuffing }],
  parentRefs: [{ ...reference, ...stuffing }],
};

test.each([
  'EnvoyFilter',
  'WasmPlugin',
  'TrafficExtension',
  'AuthorizationPolicy',
  'HTTPRoute',
  'ConfigMap',
  'Unknown',
])('of %s only what says on which requests it acts gets into a record', (kind) => {
  expect(trimmed(stuffed(kind, { spec: actingStuffed }))).toEqual(wanted(kind, { spec: acting }));
  expect(trimmed(stuffed(kind, {}))).toEqual(wanted(kind, {}));
});

test('of a VirtualService the hosts to which it leads are kept, and nothing else of its routes', () => {
  const http = [
    {
      name: SECRET,
      headers: { request: { set: { authorization: SECRET } } },
      route: [{ destination: { host: 'one', subset: 'v1' }, weight: 1 }],
      mirror: { host: 'two' },
      directResponse: { status: 200, body: { string: SECRET } },
    },
  ];
  const object = stuffed('VirtualService', { spec: { hosts: ['a.example'], http } });
  expect(trimmed(object)).toEqual(
    wanted('VirtualService', { spec: { hosts: ['a.example'] }, destinations: ['one', 'two'] }),
  );
});

test('of an EnvoyFilter it is known whether it does what Istio’s own do', () => {
  const patch = {
    operation: 'INSERT_BEFORE',
    value: { name: 'istio.stats', typed_config: { type_url: 'x/stats.PluginConfig', value: { secret: SECRET } } },
  };
  const configPatches = [{ applyTo: 'HTTP_FILTER', patch }];
  const object = trimmed(stuffed('EnvoyFilter', { spec: { configPatches } }) as OthersObject);
  expect(object.likeIstios).toBe(true);
  expect(JSON.stringify(object)).not.toContain(SECRET);
});

test('of a pod only its containers’ names, their statuses and its addresses are kept', () => {
  const kept = {
    spec: {
      containers: [{ name: 'app' }],
      initContainers: [{ name: 'istio-proxy', restartPolicy: 'Always' }],
    },
    status: {
      phase: 'Running',
      podIPs: [{ ip: '10.0.0.1' }],
      containerStatuses: [{ name: 'app', ready: true, restartCount: 2 }],
      initContainerStatuses: [{ name: 'istio-proxy', ready: false }],
    },
  };
  const stuff = <T extends object>(all: T[]) => all.map((one) => ({ ...one, ...stuffing }));
  const pod = stuffed('Pod', {
    spec: {
      ...stuffing,
      volumes: [stuffing],
      containers: stuff(kept.spec.containers),
      initContainers: stuff(kept.spec.initContainers),
    },
    status: {
      ...stuffing,
      phase: 'Running',
      podIPs: stuff(kept.status.podIPs),
      containerStatuses: stuff(kept.status.containerStatuses),
      initContainerStatuses: stuff(kept.status.initContainerStatuses),
    },
  });
  expect(trimmed(pod as Pod)).toEqual(wanted('Pod', kept));
});

test.each<[string, object, object]>([
  ['Deployment', { spec: { selector: { matchLabels: { app: 'x' } }, template: stuffing } }, {}],
  ['ReplicaSet', { spec: { template: stuffing }, status: stuffing }, {}],
  [
    'EndpointSlice',
    {
      endpoints: [
        {
          ...stuffing,
          addresses: ['10.0.0.1'],
          conditions: { ready: null, ...stuffing },
          targetRef: { kind: 'Pod', uid: 'u', ...stuffing },
        },
      ],
      ports: [{ name: 'http', port: 80, ...stuffing }],
    },
    {
      endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: null }, targetRef: { kind: 'Pod', uid: 'u' } }],
      ports: [{ name: 'http', port: 80 }],
    },
  ],
  ['Sidecar', { spec: { egress: [{ hosts: ['./*'] }], ...stuffing } }, { spec: { egress: [{ hosts: ['./*'] }] } }],
  ['Policy', { spec: { peers: [{ mtls: {} }], origins: [stuffing] } }, { spec: { peers: [{ mtls: {} }] } }],
  ['PeerAuthentication', { spec: { mtls: { mode: 'STRICT' } } }, { spec: { mtls: { mode: 'STRICT' } } }],
])('of %s only what verdicts follow from is kept', (kind, given, kept) => {
  expect(trimmed(stuffed(kind, given))).toEqual(wanted(kind, kept));
});
