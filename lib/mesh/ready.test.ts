import type { KubeObject } from '../model/types.ts';
import { type FakeApi, fakeApi } from '../platform/kube/api-fixtures.ts';
import { RUN_LABEL } from '../platform/kube/ownership.ts';
import { wrongReadiness } from '../run/deploy.ts';
import { id, namespaces, runOn } from '../run/fixtures.ts';
import { reasonWords } from '../verdict/reasons.ts';
import type { Pod } from '../verdict/record/looked.ts';
import { readiness, withReasons } from './ready.ts';

let api: FakeApi;
afterEach(() => api.close());

interface Changes {
  containers?: string[];
  sidecars?: string[];
  ready?: boolean;
  phase?: string;
  deleted?: boolean;
  waiting?: { reason: string; message: string };
}

function pod(path: string, labels: Record<string, string>, changes: Changes = {}): Pod {
  const [namespace = '', name = ''] = path.split('/');
  const {
    containers = [labels['app'] as string],
    sidecars = [],
    ready = true,
    phase = 'Running',
    deleted = false,
    waiting,
  } = changes;
  const status = (all: string[]) =>
    all.map((one) => ({ name: one, ready, ...(waiting !== undefined && { state: { waiting } }) }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace,
      name,
      labels: { ...labels, [RUN_LABEL]: id },
      ...(deleted && { deletionTimestamp: '2026-01-01T00:00:00Z' }),
    },
    spec: {
      containers: containers.map((one) => ({ name: one })),
      initContainers: [{ name: 'istio-init' }, ...sidecars.map((one) => ({ name: one, restartPolicy: 'Always' }))],
    },
    status: {
      phase,
      containerStatuses: status(containers),
      initContainerStatuses: [{ name: 'istio-init', ready: true }, ...status(sidecars)],
    },
  };
}

const version = { app: 'httpbin', version: 'v1' };
const { full, partial, legacy } = namespaces;
const good = [
  pod(`${full}/httpbin-1`, version, { containers: ['httpbin', 'istio-proxy'] }),
  pod(`${full}/sleep-1`, { app: 'sleep' }, { containers: ['sleep'], sidecars: ['istio-proxy'] }),
  pod(`${partial}/httpbin-1`, version, { containers: ['httpbin', 'istio-proxy'] }),
  pod(`${partial}/nosidecar-1`, { app: 'httpbin', version: 'nosidecar', 'sidecar.istio.io/inject': 'false' }),
  pod(`${legacy}/httpbin-1`, version),
  pod(`${legacy}/sleep-1`, { app: 'sleep' }),
];

async function look(...pods: KubeObject[]) {
  api = await fakeApi(pods);
  const run = runOn(api);
  return readiness(api.kube, id, run.topology.workloads);
}
const replaced = (path: string, by: Pod[]) =>
  good.flatMap((one) => (`${one.metadata.namespace}/${one.metadata.name}` === path ? by : [one]));

test('as in the task: 2/2 with a sidecar, a native one as well, and 1/1 without', async () => {
  const all = await look(...good);
  expect(all.map(({ pod: name, ready }) => [name, ready])).toEqual([
    ['httpbin-1', '2/2'],
    ['sleep-1', '2/2'],
    ['httpbin-1', '2/2'],
    ['nosidecar-1', '1/1'],
    ['httpbin-1', '1/1'],
    ['sleep-1', '1/1'],
  ]);
  expect(wrongReadiness(all)).toEqual([]);
});

test('what the cluster adds to every pod is named, and no fault', async () => {
  const containers = ['log-agent', 'httpbin', 'istio-proxy'];
  const all = await look(...replaced(`${full}/httpbin-1`, [pod(`${full}/httpbin-1`, version, { containers })]));
  expect(wrongReadiness(all)).toEqual([]);
  expect(all.map(({ ready, added }) => [ready, ...added])[0]).toEqual(['3/3', 'log-agent']);
});

test.each<[string, string, Pod[], RegExp]>([
  [
    'another container is no sidecar',
    `${full}/sleep-1`,
    [pod(`${full}/sleep-1`, { app: 'sleep' }, { containers: ['sleep', 'log-agent'] })],
    /READY 2\/2, not 2\/2: it has no sidecar/,
  ],
  ['no pod', `${full}/sleep-1`, [], /full-ab12c3\/sleep is 0\/0, not 2\/2, after 9 s \(no pod yet\)/],
  [
    'a pod that goes away is none',
    `${full}/sleep-1`,
    [pod(`${full}/sleep-1`, { app: 'sleep' }, { containers: ['sleep', 'istio-proxy'], deleted: true })],
    /sleep is 0\/0/,
  ],
  [
    'no sidecar where one must be',
    `${full}/sleep-1`,
    [pod(`${full}/sleep-1`, { app: 'sleep' })],
    /READY 1\/1, not 2\/2: it has no sidecar/,
  ],
  [
    'a sidecar where none may be',
    `${legacy}/sleep-1`,
    [pod(`${legacy}/sleep-1`, { app: 'sleep' }, { containers: ['sleep', 'istio-proxy'] })],
    /READY 2\/2, not 1\/1: it was given a sidecar that it must not have/,
  ],
  [
    'an image that is not there',
    `${legacy}/sleep-1`,
    [
      pod(
        `${legacy}/sleep-1`,
        { app: 'sleep' },
        { ready: false, phase: 'Pending', waiting: { reason: 'ImagePullBackOff', message: 'no such image' } },
      ),
    ],
    /sleep is 0\/1, not 1\/1, after 9 s \(sleep: ImagePullBackOff, no such image\)/,
  ],
])('%s', async (_, path, by, words) => {
  const wrong = wrongReadiness(await look(...replaced(path, by)), { waitedMs: 9_400 });
  expect(wrong.map(reasonWords)).toEqual([expect.stringMatching(words)]);
});

test('who has not waited claims no time', async () => {
  const wrong = wrongReadiness(await look(...replaced(`${full}/sleep-1`, [])));
  expect(wrong.map(reasonWords)).toEqual([`${full}/sleep is 0/0, not 2/2 (no pod yet)`]);
});

test('a pod that its Deployment cannot create is not ready for the reason that the API server gave', async () => {
  const message = 'failed calling webhook "namespace.sidecar-injector.istio.io": no endpoints available';
  const deployment = (name: string, status: string) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace: full, name },
    spec: {},
    status: { conditions: [{ type: 'ReplicaFailure', status, message }] },
  });
  api = await fakeApi([deployment('httpbin', 'True'), deployment('sleep', 'False')]);
  const run = runOn(api);
  const all = await withReasons(api.kube, await readiness(api.kube, id, run.topology.workloads));
  const wrong = wrongReadiness(all).map(reasonWords);
  expect(wrong).toContain(`${full}/httpbin is 0/0, not 2/2 (${message})`);
  expect(wrong).toContain(`${full}/sleep is 0/0, not 2/2 (no pod yet)`);
});
