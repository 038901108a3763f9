import type { KubeObject } from '../../model/types.ts';
import { clusterSnapshot, manifestMesh, namespace } from '../fixtures.ts';
import type { Pod } from '../snapshot.ts';
import { workloadsFromPods } from './from-pods.ts';
import type { MeshWorkload } from './workload.ts';

const sidecar = { name: 'istio-proxy', args: ['proxy', 'sidecar'] };
const announced = { 'security.istio.io/tlsMode': 'istio' };

interface Given {
  owner?: { kind: string; name: string };
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  spec?: Partial<Pod['spec']>;
  phase?: string;
  ready?: boolean;
}

function pod(
  name: string,
  { owner, labels = {}, annotations = {}, spec = {}, phase = 'Running', ready = true }: Given = {},
): KubeObject {
  const ownerReferences = owner === undefined ? [] : [{ ...owner, controller: true }];
  const metadata = { name, namespace: 'shop', labels, annotations, ownerReferences };
  const status = { phase, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: { containers: [{ name: 'main' }], ...spec },
    status,
  } as KubeObject;
}

const selecting: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { selector: { app: 'web' } },
} as KubeObject;

const found = (...pods: KubeObject[]): MeshWorkload[] =>
  workloadsFromPods(clusterSnapshot([...pods, selecting, namespace('shop')]));
const names = (all: MeshWorkload[]): string[] => all.map(({ kind, workload }) => `${kind} ${workload.name}`);

test('pods are one workload for each controller: of a ReplicaSet its Deployment, of a Job its CronJob', () => {
  const hash = { 'pod-template-hash': '5d4f8' };
  const all = found(
    pod('web-5d4f8-a', { owner: { kind: 'ReplicaSet', name: 'web-5d4f8' }, labels: hash }),
    pod('web-5d4f8-b', { owner: { kind: 'ReplicaSet', name: 'web-5d4f8' }, labels: hash }),
    pod('db-0', {
      owner: { kind: 'StatefulSet', name: 'db' },
      labels: { 'statefulset.kubernetes.io/pod-name': 'db-0' },
    }),
    pod('db-1', {
      owner: { kind: 'StatefulSet', name: 'db' },
      labels: { 'statefulset.kubernetes.io/pod-name': 'db-1' },
    }),
    pod('nightly-29384756-x', { owner: { kind: 'Job', name: 'nightly-29384756' } }),
    pod('once-x', { owner: { kind: 'Job', name: 'once' } }),
    pod('tool'),
  );
  expect(names(all)).toEqual(['Deployment web', 'StatefulSet db', 'CronJob nightly', 'Job once', 'Pod tool']);
  expect(all.map(({ workload }) => workload.replicas)).toEqual([2, 2, 1, 1, 1]);
});

test('pods of one controller that differ in something that a mesh looks at are two', () => {
  const owner = { kind: 'ReplicaSet', name: 'web' };
  const all = found(
    pod('a', { owner, labels: { app: 'web', ...announced }, spec: { containers: [{ name: 'main' }, sidecar] } }),
    pod('b', { owner, labels: { app: 'web' } }),
  );
  expect(all.map(({ workload }) => [workload.name, workload.sidecar])).toEqual([
    ['web (a)', true],
    ['web (b)', false],
  ]);
});

test('workloads of one name and several kinds have names that tell them apart', () => {
  const all = found(
    pod('a', { owner: { kind: 'StatefulSet', name: 'web' } }),
    pod('b', { owner: { kind: 'DaemonSet', name: 'web' } }),
  );
  expect(all.map(({ workload }) => workload.name)).toEqual(['web (StatefulSet)', 'web (DaemonSet)']);
});

test.each<[string, Given, { sidecar: boolean; tlsMode?: string }]>([
  [
    'a sidecar',
    { labels: announced, spec: { containers: [{ name: 'main' }, sidecar] } },
    { sidecar: true, tlsMode: 'istio' },
  ],
  [
    'a native sidecar',
    { labels: announced, spec: { initContainers: [{ ...sidecar, restartPolicy: 'Always' }] } },
    { sidecar: true, tlsMode: 'istio' },
  ],
  [
    'one that somebody else put there',
    { spec: { containers: [{ name: 'main' }, sidecar] } },
    { sidecar: true, tlsMode: 'disabled' },
  ],
  ['none', {}, { sidecar: false }],
  ['a pod on the host network', { spec: { hostNetwork: true } }, { sidecar: false }],
])('who has a sidecar is seen at the pods: %s', (_, given, { sidecar: has, tlsMode }) => {
  const [one] = found(pod('a', given));
  expect(one?.workload.sidecar).toBe(has);
  expect(one?.workload.labels['security.istio.io/tlsMode']).toBe(tlsMode);
});

test('what a sidecar takes is what its init container was told, or else what annotations say', () => {
  const args = ['istio-iptables', '-i', '*', '-x', '169.254.0.0/16', '-b', '*', '-d', '15090,15021,8080,15020'];
  const annotations = { 'traffic.sidecar.istio.io/excludeInboundPorts': '9090' };
  const containers = [{ name: 'main' }, sidecar];
  const told = (given: Given) => found(pod('a', given))[0]?.workload.redirection;
  const init = (name: string, own = args) => ({ spec: { containers, initContainers: [{ name, args: own }] } });
  const said = { excludeInboundPorts: '8080', excludeOutboundIPRanges: '169.254.0.0/16' };
  expect(told({ ...init('istio-init'), annotations })).toEqual(said);
  expect(told(init('istio-validation'))).toEqual(said);
  expect(told(init('istio-init', ['-i', '*', '-x', '', '-b', '*', '-d', '15090,15021,15020']))).toBeUndefined();
  expect(told({ spec: { containers }, annotations })).toEqual({ excludeInboundPorts: '9090' });
});

test('READY pods serve; where none is, those that may become so; those that have ended do not', () => {
  const owner = { kind: 'StatefulSet', name: 'db' };
  const serving = (...pods: KubeObject[]) => found(...pods)[0]?.workload.replicas;
  expect(serving(pod('a', { owner }), pod('b', { owner, ready: false }))).toBe(1);
  expect(serving(pod('a', { owner, ready: false }))).toBe(1);
  expect(serving(pod('a', { owner, phase: 'Succeeded', ready: false }))).toBe(0);
});

test.each([
  ['a gateway', { spec: { containers: [{ name: 'istio-proxy', args: ['proxy', 'router'] }] } }, 'gateway'],
  ['a waypoint', { spec: { containers: [{ name: 'istio-proxy', args: ['proxy', 'waypoint'] }] } }, 'waypoint'],
  ['an application', { spec: { containers: [{ name: 'main' }, sidecar] } }, 'application'],
])('a proxy may be that of %s', (_, given, role) => expect(found(pod('a', given))[0]?.role).toBe(role));

test('in manifests, kinds of all controllers are workloads, with sidecars by the rules of injection', () => {
  const template = (labels = {}, spec = {}) => ({
    metadata: { labels },
    spec: { containers: [{ name: 'main' }], ...spec },
  });
  const object = (kind: string, name: string, spec: object, apiVersion = 'apps/v1'): KubeObject =>
    ({ apiVersion, kind, metadata: { name, namespace: 'shop' }, spec }) as KubeObject;
  const { workloads } = manifestMesh([
    namespace('shop'),
    object('Deployment', 'web', { replicas: 3, template: template() }),
    object('StatefulSet', 'db', { template: template({ 'sidecar.istio.io/inject': 'false' }) }),
    object('DaemonSet', 'agent', { template: template({}, { hostNetwork: true }) }),
    object('Job', 'once', { template: template() }, 'batch/v1'),
    object('CronJob', 'nightly', { jobTemplate: { spec: { template: template() } } }, 'batch/v1'),
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'tool', namespace: 'other' },
      spec: { containers: [] },
    } as KubeObject,
  ]);
  expect(
    workloads.map(({ kind, workload }) => `${kind} ${workload.name} ${workload.sidecar} ${workload.replicas}`),
  ).toEqual([
    'Deployment web true 3',
    'StatefulSet db false 1',
    'DaemonSet agent false 1',
    'Job once true 1',
    'CronJob nightly true 1',
    'Pod tool false 1',
  ]);
});

const injector = (name: string, config: string, values = '{}'): KubeObject =>
  ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'istio-system' },
    data: { config, values },
  }) as KubeObject;

const webhook = (name: string, labels: Record<string, string>, webhooks: object[]): KubeObject =>
  ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name, labels: { app: 'sidecar-injector', ...labels } },
    webhooks,
  }) as KubeObject;

const labelled = (labels: Record<string, string>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'shop', labels },
});
const byRevision = (...values: string[]) => ({
  namespaceSelector: { matchExpressions: [{ key: 'istio.io/rev', operator: 'In', values }] },
});
const job = (labels = {}): KubeObject =>
  ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'once', namespace: 'shop' },
    spec: { template: { metadata: { labels }, spec: { containers: [{ name: 'main' }] } } },
  }) as KubeObject;
const neverJobs = 'neverInjectSelector:\n- matchExpressions:\n  - { key: job-name, operator: Exists }\n';
const tag = webhook('istio-revision-tag-prod', { 'istio.io/tag': 'prod', 'istio.io/rev': '1-31' }, [
  byRevision('prod'),
]);
const own = webhook('istio-sidecar-injector-1-31', { 'istio.io/rev': '1-31' }, [byRevision('1-31')]);
const tagged = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { ...tag.metadata, namespace: 'istio-system' },
  spec: { selector: { app: 'istiod' } },
} as KubeObject;
const prod = labelled({ 'istio.io/rev': 'prod' });

test.each<[string, KubeObject[], boolean, string | undefined]>([
  ['nothing of the injector', [namespace('shop'), job()], true, 'default'],
  [
    'a selector for no Job',
    [namespace('shop'), job(), injector('istio-sidecar-injector', neverJobs)],
    false,
    undefined,
  ],
  [
    'a selector of another revision',
    [namespace('shop'), job(), injector('istio-sidecar-injector-1-31', neverJobs)],
    true,
    'default',
  ],
  [
    'selectors that are null',
    [namespace('shop'), job(), injector('istio-sidecar-injector', 'neverInjectSelector:\n')],
    true,
    'default',
  ],
  [
    'a pod that asks for one',
    [namespace('shop'), job({ 'sidecar.istio.io/inject': 'true' }), injector('istio-sidecar-injector', neverJobs)],
    true,
    'default',
  ],
  ['another ConfigMap', [namespace('shop'), job(), injector('other', neverJobs)], true, 'default'],
  ['a tag', [prod, job(), tag], true, '1-31'],
  [
    'a tag, and the selector of its revision',
    [prod, job(), tag, injector('istio-sidecar-injector-1-31', neverJobs)],
    false,
    undefined,
  ],
  ['a tag as a Service', [prod, job(), tagged], true, '1-31'],
  ['all webhooks, of which one asks', [prod, job(), own, tag], true, '1-31'],
  ['all webhooks, of which none asks', [prod, job(), own], false, undefined],
  ['all webhooks, without one for enabled namespaces', [namespace('shop'), job(), own, tag], false, undefined],
  ['a webhook of somebody else', [namespace('shop'), job(), { ...own, metadata: { name: 'other' } }], true, 'default'],
  ['a namespace label before the pod’s', [labelled({ 'istio.io/rev': 'a' }), job({ 'istio.io/rev': 'b' })], true, 'a'],
  ['a namespace without labels', [labelled({}), job()], false, undefined],
  [
    'a namespace without labels, where those count',
    [
      labelled({}),
      job(),
      injector('istio-sidecar-injector', '', '{"sidecarInjectorWebhook": {"enableNamespacesByDefault": true}}'),
    ],
    true,
    'default',
  ],
])('in manifests, who gets a sidecar, and whose: with %s', (_, objects, sidecar, revision) => {
  const [one] = manifestMesh(objects).workloads;
  expect([one?.workload.sidecar, one?.revision]).toEqual([sidecar, revision]);
});

test('settings of the injector that are not YAML are named', () => {
  expect(() => manifestMesh([injector('istio-sidecar-injector', 'a: [')])).toThrow(
    /^data.config of ConfigMap istio-system\/istio-sidecar-injector is not YAML/,
  );
});

test('a namespace without its object is named, since its labels decide who gets a sidecar', () => {
  const tool = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'tool', namespace: 'other' },
    spec: { containers: [] },
  } as KubeObject;
  expect(manifestMesh([tool]).notes.join('\n')).toContain('no Namespace object for other');
});
