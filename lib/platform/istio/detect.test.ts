import type { KubeObject } from '../../model/types.ts';
import { UsageError } from '../errors.ts';
import { type FakeApi, fakeApi } from '../kube/api-fixtures.ts';
import { detect, meshOf } from './detect.ts';

const apis: FakeApi[] = [];
async function clusterWith(...objects: KubeObject[]): Promise<FakeApi['kube']> {
  const api = await fakeApi(objects);
  apis.push(api);
  return api.kube;
}
afterEach(async () => {
  for (const one of apis.splice(0)) await one.close();
});

interface Istiod {
  namespace?: string;
  app?: string;
  image?: string;
  revision?: string;
  labels?: Record<string, string>;
}

function istiod({
  namespace = 'istio-system',
  app = 'istiod',
  image = 'docker.io/istio/pilot:1.31.1',
  revision,
  labels,
}: Istiod = {}): KubeObject {
  const pods = { labels: { ...(revision !== undefined && { 'istio.io/rev': revision }) } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: app, namespace, labels: { app, ...labels } },
    spec: {
      selector: { matchLabels: { app, istio: 'pilot' } },
      template: { metadata: pods, spec: { containers: [{ name: 'discovery', image }] } },
    },
  } as KubeObject;
}

function meshConfig(mesh: string, name = 'istio'): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'istio-system' },
    data: { mesh },
  } as KubeObject;
}

test('what is there: version, mesh, API, and how namespaces are injected', async () => {
  const kube = await clusterWith(istiod(), meshConfig('trustDomain: example.org\nenableAutoMtls: false\n'));
  expect(await detect(kube)).toMatchObject({
    version: '1.31.1',
    mesh: {
      release: { major: 1, minor: 31 },
      rootNamespace: 'istio-system',
      trustDomain: 'example.org',
      autoMtls: false,
    },
    policyApi: 'security.istio.io',
    istiod: { namespace: 'istio-system', labels: 'app=istiod,istio=pilot' },
    injectionLabel: { key: 'istio-injection', value: 'enabled' },
  });
});

test('a control plane with a revision has its own mesh configuration and injects by its own label', async () => {
  const kube = await clusterWith(istiod({ revision: 'canary' }), meshConfig('', 'istio-canary'));
  expect((await detect(kube)).injectionLabel).toEqual({ key: 'istio.io/rev', value: 'canary' });
});

test.each<[string, Istiod, string]>([
  ['an image tag', { image: 'registry.example/pilot:1.30.5-distroless' }, '1.30.5-distroless'],
  ['a snapshot’s tag', { image: 'docker.io/istio/pilot:1.31-dev' }, '1.31-dev'],
  [
    'a registry with a port and a digest, so a label',
    { image: 'r.example:5000/pilot@sha256:12', labels: { 'app.kubernetes.io/version': '1.29.8' } },
    '1.29.8',
  ],
])('the version by %s', async (_, one, version) => {
  expect((await detect(await clusterWith(istiod(one), meshConfig('')))).version).toBe(version);
});

test.each<[string, KubeObject[], string | undefined, string]>([
  ['no Istio', [], undefined, 'has no Istio: install it'],
  ['two control planes', [istiod(), istiod({ namespace: 'istio-canary' })], undefined, 'several Istio control planes'],
  ['a version that cannot be told', [istiod({ image: 'pilot@sha256:12' })], undefined, 'name it with --istio VERSION'],
  ['no mesh configuration', [istiod()], undefined, 'no ConfigMap istio-system/istio'],
  [
    'a mesh configuration that is not YAML',
    [istiod(), meshConfig('trustDomain: [a\nb: c')],
    undefined,
    'data.mesh of ConfigMap istio-system/istio, is not YAML (Flow',
  ],
  ['another version than was named', [istiod(), meshConfig('')], '1.30', 'runs Istio 1.31.1, not 1.30'],
])('%s is told with its remedy', async (_, objects, named, sentence) => {
  const failure = detect(await clusterWith(...objects), named);
  await expect(failure).rejects.toThrow(UsageError);
  await expect(failure).rejects.toThrow(sentence);
});

test.each([
  ['1.4.10', false],
  ['1.5.0', true],
  ['1.31.1', true],
])('auto mTLS where Istio %s leaves it out of its mesh configuration: %p', (version, on) => {
  expect(meshOf('', version, 'istio-system').autoMtls).toBe(on);
});

test.each<[string, object]>([
  ['defaultDestinationRuleExportTo: [.]', { exportTo: { destinationRule: ['.'] } }],
  [
    'defaultServiceExportTo: [a]\ndefaultVirtualServiceExportTo: ["*"]',
    { exportTo: { service: ['a'], virtualService: ['*'] } },
  ],
  ['defaultServiceExportTo: []', {}],
  ['outboundTrafficPolicy: {mode: REGISTRY_ONLY}', { outboundTrafficPolicy: 'REGISTRY_ONLY' }],
  ['outboundTrafficPolicy: {}', {}],
  ['trustDomainAliases: [old.example]', { trustDomainAliases: ['old.example'] }],
  ['trustDomainAliases: []', {}],
])('who sees what, and what sidecars let through, in "%s"', (yaml, expected) => {
  const { release, rootNamespace, trustDomain, autoMtls, ...others } = meshOf(yaml, '1.31.1', 'istio-system');
  expect(others).toEqual(expected);
});
