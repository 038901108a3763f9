import type { KubeObject } from '../model/types.ts';
import { type FakeApi, fakeApi, pathOf } from '../platform/kube/api-fixtures.ts';
import { defaultLimits } from '../platform/limits.ts';
import { learnedWith, runOn } from '../run/fixtures.ts';
import { assertSuitable } from '../run/start.ts';
import { awaitIstiod } from './istiod.ts';

const namespace = 'istio-system';
const apis: FakeApi[] = [];
async function runWith(...objects: KubeObject[]) {
  const api = await fakeApi(objects);
  apis.push(api);
  return runOn(api, { limits: { ...defaultLimits, servingMs: 1 } });
}
afterEach(async () => {
  for (const one of apis.splice(0)) await one.close();
});

const istiod = (replicas: number, readyReplicas?: number) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { namespace, name: 'istiod', labels: { app: 'istiod' } },
  spec: { replicas, selector: { matchLabels: { app: 'istiod' } } },
  status: { ...(readyReplicas !== undefined && { readyReplicas }) },
});
const service = (name: string) => ({ apiVersion: 'v1', kind: 'Service', metadata: { namespace, name }, spec: {} });
const slice = (name: string, ready?: boolean) => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { namespace, name: `${name}-x`, labels: { 'kubernetes.io/service-name': name } },
  endpoints: ready === undefined ? null : [{ addresses: ['10.0.0.1'], conditions: { ready } }],
});

test.each<[string, KubeObject[]]>([
  ['with a READY pod and an endpoint', [istiod(2, 1), service('istiod'), slice('istiod', true)]],
  ['whose webhook’s Service has another name', [istiod(1, 1), service('mine')]],
])('istiod serves: %s', async (_, objects) => {
  expect(await awaitIstiod(await runWith(...objects))).toMatchObject({ met: true });
});

test.each<[string, KubeObject[], string]>([
  ['gone', [], 'istiod is gone from istio-system, so no pod can get a sidecar: install Istio again'],
  [
    'scaled to 0',
    [istiod(0), service('istiod')],
    'Deployment istio-system/istiod is scaled to 0, so no pod can get a sidecar: kubectl -n istio-system scale deployment istiod --replicas=1',
  ],
  ['not READY', [istiod(2), service('istiod')], 'Deployment istio-system/istiod has 0 of 2 pods READY'],
  ['without an endpoint', [istiod(1, 1), service('istiod'), slice('istiod')], 'Service istio-system/istiod, which the'],
  [
    'with an endpoint that is not ready',
    [istiod(1, 1), service('istiod'), slice('istiod', false)],
    'no endpoint that is',
  ],
  ['with an endpoint of another Service', [istiod(1, 1), service('istiod'), slice('x', true)], 'no endpoint that is'],
])('istiod does not serve, and a run is refused before it creates anything: %s', async (_, objects, sentence) => {
  const run = await runWith(...objects);
  expect(await awaitIstiod(run)).toMatchObject({ met: false });
  await expect(assertSuitable(run, learnedWith())).rejects.toThrow(sentence);
});

test('a revision’s webhook calls a Service of its own', async () => {
  const run = await runWith(istiod(1, 1), service('istiod-canary'), service('istiod'), slice('istiod', true));
  run.istio.injectionLabel = { key: 'istio.io/rev', value: 'canary' };
  expect((await awaitIstiod(run)).why).toContain('Service istio-system/istiod-canary, which the injection webhook');
});

test('a new istiod is given a moment until it has an endpoint', async () => {
  const run = { ...(await runWith(istiod(1, 1), service('istiod'))), limits: defaultLimits };
  const [api] = apis;
  if (api === undefined) throw new Error('no API');
  api.refusal = (call) => {
    const looks = api.calls.filter((one) => one === call).length;
    const made = slice('istiod', true);
    if (call.endsWith('/endpointslices') && looks === 2) api.stored.set(pathOf(made), made);
    return undefined;
  };
  expect(await awaitIstiod(run)).toMatchObject({ met: true });
});
