import type { KubeObject } from '../../model/types.ts';
import { UsageError } from '../../platform/errors.ts';
import { type FakeApi, fakeApi } from '../../platform/kube/api-fixtures.ts';
import { ingress } from '../fixtures.ts';
import { meshFrom } from '../mesh/mesh.ts';
import { objectsOf } from '../snapshot.ts';
import { countsOf, surveyOf } from '../survey.ts';
import { noteWords } from '../views/words.ts';
import { configMapsOf, readCluster } from './cluster.ts';

const silent = { onProgress: () => {} };
const environment = [
  { name: 'SHARED_MESH_CONFIG', value: 'shared' },
  { name: 'PILOT_ENABLE_DESTINATION_RULE_INHERITANCE', value: 'true' },
];

function istiod(labels: Record<string, string> = {}): KubeObject {
  const containers = [{ name: 'discovery', image: 'docker.io/istio/pilot:1.24.2', env: environment }];
  const all = { app: 'istiod', ...labels };
  const spec = { template: { metadata: { labels: all }, spec: { containers } } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'istiod', namespace: 'istio-system', labels: all },
    spec,
  } as KubeObject;
}

function configMap(name: string, mesh: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'istio-system' },
    data: { mesh },
  } as KubeObject;
}

function pod(name: string, more: object = {}): KubeObject {
  const container = { name: 'main', env: [{ name: 'PASSWORD', value: 'hunter2' }], args: ['--token=hunter2'] };
  const annotations = { 'sidecar.istio.io/status': '{}', 'somebody.else/secret': 'hunter2', 'istio.io/rev': 'default' };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', annotations },
    spec: { containers: [container] },
    ...more,
  } as KubeObject;
}

const service: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop' },
  spec: {},
} as KubeObject;

let api: FakeApi;
async function serving(...objects: KubeObject[]): Promise<FakeApi> {
  api = await fakeApi(objects);
  return api;
}
afterEach(() => api.close());

test('it lists and gets, and nothing else; Secrets never', async () => {
  const { kube, calls } = await serving(istiod(), configMap('istio', ''), pod('web'), service);
  await readCluster(kube, silent);
  expect(calls.length).toBeGreaterThan(8);
  expect(calls.filter((call) => !call.startsWith('GET '))).toEqual([]);
  expect(calls.filter((call) => call.includes('secrets'))).toEqual([]);
  // The mesh configuration is read by name: other ConfigMaps may hold anything.
  expect(calls.filter((call) => call.includes('configmaps'))).toEqual([
    'GET /api/v1/namespaces/istio-system/configmaps/istio',
    'GET /api/v1/namespaces/istio-system/configmaps/shared',
  ]);
});

test('a long list comes by pages, and each object once', async () => {
  const names = Array.from({ length: 1201 }, (_, at) => `web-${at}`);
  const { kube, calls } = await serving(istiod(), ...names.map((name) => pod(name)), service);
  const pods = objectsOf(await readCluster(kube, silent), 'Pod');
  expect(pods.map(({ metadata }) => metadata.name).sort()).toEqual(names.toSorted());
  expect(calls.filter((call) => call === 'GET /api/v1/pods').length).toBe(3);
});

test('a list of which the rest is gone is taken anew', async () => {
  const served = await serving(istiod(), ...Array.from({ length: 700 }, (_, at) => pod(`web-${at}`)), service);
  let asked = 0;
  served.refusal = (call) => {
    if (call !== 'GET /api/v1/pods') return undefined;
    asked += 1;
    return asked === 2 ? { code: 410, message: 'The provided continue parameter is too old' } : undefined;
  };
  expect(objectsOf(await readCluster(served.kube, silent), 'Pod').length).toBe(700);
  expect(asked).toBe(3);
});

test('of pods nothing is kept that a mesh does not look at', async () => {
  const { kube } = await serving(istiod(), pod('web'), service);
  const text = JSON.stringify([...(await readCluster(kube, silent)).objects]);
  expect(text).toContain('istio.io/rev');
  expect(text).not.toContain('hunter2');
});

test('a right that lacks is named', async () => {
  const served = await serving(istiod(), pod('web'), service);
  served.refusal = (call) => (call.endsWith('/destinationrules') ? { code: 403, message: 'you may not' } : undefined);
  const { unread } = await readCluster(served.kube, silent);
  expect(unread).toMatchObject([{ kind: 'DestinationRule', right: 'list destinationrules.networking.istio.io' }]);
});

test('without the right to list Ingresses every pair is judged, and the right is named', async () => {
  const served = await serving(istiod(), configMap('istio', ''), pod('web'), service);
  served.refusal = (call) => (call.endsWith('/ingresses') ? { code: 403, message: 'you may not' } : undefined);
  const survey = surveyOf(meshFrom(await readCluster(served.kube, silent)));
  expect(survey.mesh.snapshot.unread).toMatchObject([{ kind: 'Ingress', right: 'list ingresses.networking.k8s.io' }]);
  expect(noteWords(survey)).toContain(
    'Ingresses could not be read: the right to list ingresses.networking.k8s.io lacks',
  );
  expect(countsOf(survey).unknown).toBe(0);
});

test('of Ingresses the class is kept that an annotation says, and no other annotation', async () => {
  const annotations = { 'kubernetes.io/ingress.class': 'nginx', 'nginx.ingress.kubernetes.io/auth-secret': 'hunter2' };
  const own = ingress('shop', { name: 'web', port: { number: 80 } });
  const { kube } = await serving(istiod(), pod('web'), service, {
    ...own,
    metadata: { ...own.metadata, annotations },
  });
  const [kept] = objectsOf(await readCluster(kube, silent), 'Ingress');
  expect(kept?.metadata.annotations).toEqual({ 'kubernetes.io/ingress.class': 'nginx' });
});

test('without Services or pods there is nothing to say', async () => {
  const served = await serving(istiod());
  served.refusal = (call) => (call === 'GET /api/v1/pods' ? { code: 403, message: 'you may not' } : undefined);
  const reading = readCluster(served.kube, silent);
  await expect(reading).rejects.toThrow(UsageError);
  await expect(reading).rejects.toThrow('Without the right to list pods');
});

test('the mesh is that of istiod: its release, its flags, and its own configuration over what is shared', async () => {
  const shared = configMap('shared', 'trustDomain: shared.example\nenableAutoMtls: false\n');
  const { kube } = await serving(
    istiod(),
    configMap('istio', 'trustDomain: own.example\n'),
    shared,
    pod('web'),
    service,
  );
  const { plane } = meshFrom(await readCluster(kube, silent));
  expect(plane.mesh).toMatchObject({ release: { major: 1, minor: 24 }, trustDomain: 'own.example', autoMtls: false });
  expect(plane.flags).toEqual([{ name: 'PILOT_ENABLE_DESTINATION_RULE_INHERITANCE', value: 'true', acts: 'sidecars' }]);
  expect(plane.assumed).toEqual([]);
});

test('a configuration that is not there is assumed, and said so', async () => {
  const { kube } = await serving(istiod(), pod('web'), service);
  expect(meshFrom(await readCluster(kube, silent)).notes.join('\n')).toContain(
    'ConfigMap istio-system/istio was not there to read',
  );
});

test('a revision has a ConfigMap of its own', () => {
  expect(configMapsOf(istiod({ 'istio.io/rev': 'canary' }))).toEqual(['istio-canary', 'shared']);
});

test('a cluster without Istio says so, and one with another release than is named', async () => {
  const { kube } = await serving(pod('web'), service);
  const none = await readCluster(kube, silent);
  expect(() => meshFrom(none)).toThrow('shows no Istio');
  expect(meshFrom(none, '1.20').plane.mesh.release).toEqual({ major: 1, minor: 20 });
  await api.close();
  const other = await serving(istiod(), pod('web'), service);
  const snapshot = await readCluster(other.kube, silent);
  expect(() => meshFrom(snapshot, '1.20')).toThrow('runs Istio 1.24.2, not 1.20');
  expect(() => meshFrom(snapshot, 'newest')).toThrow('"newest" is not an Istio release');
});
