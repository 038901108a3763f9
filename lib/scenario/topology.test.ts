import { readdirSync } from 'node:fs';
import type { Protocol } from '../model/expected.ts';
import type { KubeObject } from '../model/types.ts';
import { isPassedOn } from '../model/world/protocol.ts';
import { UsageError } from '../platform/errors.ts';
import { protocols } from '../probe/protocols/index.ts';
import { manifestsFolder } from './documents.ts';
import { namespacesOf, type Topology, topology, topologyFrom } from './topology.ts';

const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
const service = (...ports: object[]): KubeObject =>
  ({ apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'shop', name: 'web' }, spec: { ports } }) as KubeObject;
const deployment = (name: string, ...images: string[]): KubeObject =>
  ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace: 'shop', name },
    spec: { template: { spec: { containers: images.map((image, at) => ({ name: `c${at}`, image })) } } },
  }) as KubeObject;

test.each(readdirSync(`${manifestsFolder}topologies`))('%s can be read, and has something to ask', (name) => {
  expect(topology(name).traffic.length).toBeGreaterThan(0);
});

test('the task’s own is two clients and three servers, in the order of its page', () => {
  const { namespaces, traffic } = topology('auto-mtls');
  expect(namespaces).toEqual(['full', 'partial', 'legacy']);
  expect(traffic.map(({ from, to }) => `${from} ${to}`)).toEqual(
    ['full/sleep', 'legacy/sleep'].flatMap((from) =>
      ['full', 'partial', 'legacy'].map((to) => `${from} ${to}/httpbin`),
    ),
  );
  expect(new Set(traffic.map(({ port, protocol }) => `${protocol} ${port}`))).toEqual(new Set(['http 8000']));
});

test('namespaces come first, whatever the order of the files', () => {
  const { objects } = topologyFrom('t', [deployment('web', 'httpbin'), service(), namespace]);
  expect(objects.map(({ kind }) => kind)).toEqual(['Namespace', 'Service', 'Deployment']);
});

test('a client is a workload with curl, in whichever container', () => {
  const { clients } = topologyFrom('t', [
    namespace,
    deployment('a', 'example/web:1', 'docker.io/curlimages/curl:8.16.0'),
    deployment('b', 'example/curlimages'),
    deployment('c', 'curlimages/curl'),
  ]);
  expect([...clients]).toEqual([
    ['shop/a', 'c1'],
    ['shop/c', 'c0'],
  ]);
});

test('a client’s sidecar has a single worker where its annotation says so', () => {
  const configured = (name: string, config: string): KubeObject => {
    const made = deployment(name, 'curlimages/curl') as KubeObject & { spec: { template: object } };
    return {
      ...made,
      spec: { template: { ...made.spec.template, metadata: { annotations: { 'proxy.istio.io/config': config } } } },
    } as KubeObject;
  };
  const clients = [configured('a', '{ concurrency: 1 }'), configured('b', 'concurrency: 2'), configured('c', '')];
  const { oneWorker } = topologyFrom('t', [namespace, ...clients, deployment('d', 'curlimages/curl')]);
  expect([...oneWorker]).toEqual(['shop/a']);
});

test('every client asks every port of every Service', () => {
  const ports = service({ name: 'http', port: 80 }, { name: 'web', port: 81, appProtocol: 'http' });
  const { traffic } = topologyFrom('t', [namespace, ports, deployment('a', 'curlimages/curl')]);
  expect(traffic).toEqual([
    { from: 'shop/a', to: 'shop/web', port: 80, protocol: 'http' },
    { from: 'shop/a', to: 'shop/web', port: 81, protocol: 'http' },
  ]);
});

test.each<[string, KubeObject[], string]>([
  [
    'a kind that is not understood',
    [namespace, { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { namespace: 'shop', name: 'db' } }],
    'has StatefulSet shop/db, which is not understood: it may hold Namespace, ',
  ],
  ['an object of no namespace', [deployment('a')], 'has Deployment shop/a, but not its namespace'],
  [
    'a port of an unknown protocol',
    [namespace, service({ name: 'redis-main', port: 6379 })],
    'Port 6379 of Service shop/web is of protocol "redis", which is not understood: name it after one of http',
  ],
  ['a port without a name', [namespace, service({ port: 80 })], 'is of protocol "", which is not understood'],
])('%s is refused by name', (_, objects, message) => {
  expect(() => topologyFrom('t', objects)).toThrow(UsageError);
  expect(() => topologyFrom('t', objects)).toThrow(message);
});

describe('the namespaces of a run', () => {
  const shop: Topology = { ...topologyFrom('shop', [namespace]), namespaces: ['shop', 'default'] };

  test('have its id, so that runs do not meet', () => {
    expect(namespacesOf([shop], 'ab12c3')).toEqual({ shop: 'shop-ab12c3', default: 'default-ab12c3' });
  });

  test('are those of the topology if it keeps them, but for the one that is there already', () => {
    const kept: Topology = { ...shop, keepsNames: true };
    expect(namespacesOf([kept], 'ab12c3')).toEqual({ shop: 'shop', default: 'default-ab12c3' });
    const other: Topology = { ...shop, name: 'other', namespaces: ['bank'] };
    expect(namespacesOf([kept, other], 'ab12c3')).toMatchObject({ shop: 'shop', bank: 'bank-ab12c3' });
  });

  test('are of one topology each', () => {
    expect(() => namespacesOf([shop, { ...shop, name: 'again' }], 'ab12c3')).toThrow(
      'The topologies shop and again both have a namespace shop',
    );
  });
});

test('one that is not there is a mistake that names those there are', () => {
  expect(() => topology('auto')).toThrow('There is no topology "auto"; manifests/topologies has: ');
});

test('the model and the probe pass on the same protocols as bytes', () => {
  for (const [protocol, { passedOn }] of Object.entries(protocols)) {
    expect(isPassedOn(protocol as Protocol)).toBe(passedOn);
  }
});
