import type { KubeObject } from '../model/types.ts';
import { parseRelease } from '../model/world/release.ts';
import { app, namespace, networking, policy, security } from '../survey/fixtures.ts';
import { meshFrom } from '../survey/mesh/mesh.ts';
import { answersOf, pairKey } from './answers-of.ts';
import { doubtsIn } from './doubts.ts';
import { manifestsOf, ofKind } from './fixtures.ts';
import { ownMesh } from './own-mesh.ts';

const plain = app('shop', 'web');
const objects = [namespace('shop'), ...plain, ofKind('Job', 'shop', 'web'), ofKind('Job', 'shop', 'once')];

test('every pair of a run has the answer of the survey, also of workloads that share a name, and the outsider’s', () => {
  const manifests = manifestsOf([
    ...objects,
    policy(security, 'PeerAuthentication', 'shop', 'default', { mtls: { mode: 'STRICT' } }),
  ]);
  const { traffic, outsider } = ownMesh(manifests, { name: 'shop' });
  const answers = answersOf(meshFrom(manifests, '1.31'), outsider);
  const kinds = traffic.map((pair) => [
    pair.from,
    answers.get(pairKey(pair))?.answer.outcomes.map(({ outcome }) => outcome.kind),
  ]);
  expect(kinds).toEqual([
    ['shop/web-deployment', ['mtls']],
    ['shop/web-job', ['mtls']],
    ['shop/once', ['mtls']],
    ['outsider/outsider', ['reset']],
  ]);
});

test('pairs that come to the same have one answer', () => {
  const manifests = manifestsOf([...objects, ...app('shop', 'bare', { sidecar: false })]);
  const { traffic, outsider } = ownMesh(manifests, { name: 'shop' });
  const answers = answersOf(meshFrom(manifests, '1.31'), outsider);
  const of = (from: string) => {
    const pair = traffic.find((one) => one.from === from && one.to === 'shop/web');
    return pair && answers.get(pairKey(pair))?.answer;
  };
  expect(of('shop/once')).toBeDefined();
  expect(of('shop/once')).toBe(of('shop/web-job'));
  expect(of('shop/bare')).not.toBe(of('shop/once'));
});

test('what a survey does not judge has its reason, in the releases in which it does not', () => {
  const filter = (workloadSelector: object) =>
    policy('networking.istio.io/v1alpha3', 'EnvoyFilter', 'shop', 'raw', {
      workloadSelector,
      configPatches: [
        { applyTo: 'CLUSTER', match: { context: 'SIDECAR_OUTBOUND' }, patch: { operation: 'MERGE', value: {} } },
      ],
    });
  const asked = [namespace('shop'), ...plain, ...app('shop', 'cart')];
  const doubts = doubtsIn(manifestsOf([...asked, filter({ labels: { app: 'cart' } })]), 'outsider/outsider');
  const of = (from: string) =>
    doubts({ from: `shop/${from}`, to: 'shop/web', port: 80, protocol: 'http' }, parseRelease('1.31'));
  expect(of('cart')).toEqual([expect.stringContaining('EnvoyFilter shop/raw')]);
  expect(of('web')).toEqual([]);
});

test('a route for some requests alone leaves it open what comes of them, but for who has no sidecar', () => {
  const asked = [namespace('shop'), ...plain, ...app('shop', 'cart')];
  const http = [{ match: [{ uri: { prefix: '/api' } }], route: [{ destination: { host: 'web' } }] }];
  const route = policy(networking, 'VirtualService', 'shop', 'web', { hosts: ['web'], http });
  const doubts = doubtsIn(manifestsOf([...asked, route]), 'outsider/outsider');
  const of = (from: string) => doubts({ from, to: 'shop/web', port: 80, protocol: 'http' }, parseRelease('1.31'));
  expect(of('shop/cart')).toEqual(['what is asked decides whether VirtualService shop/web has a route for it']);
  expect(of('outsider/outsider')).toEqual([]);
});

test('which pod of a headless Service is asked is open, if they answer differently', () => {
  const service = {
    clusterIP: 'None',
    selector: { tier: 'api' },
    ports: [{ name: 'http', port: 8080 }],
  };
  const headless = { apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'shop', name: 'api' }, spec: service };
  const api = (name: string, sidecar: boolean) =>
    app('shop', name, { labels: { tier: 'api' }, sidecar }).filter(({ kind }) => kind !== 'Service');
  const of = (...pods: KubeObject[][]) => {
    const strict = policy(security, 'PeerAuthentication', 'shop', 'default', { mtls: { mode: 'STRICT' } });
    const objects = [namespace('shop'), strict, ...plain, headless as KubeObject, ...pods.flat()];
    const doubts = doubtsIn(manifestsOf(objects), 'outsider/outsider');
    return doubts({ from: 'shop/web', to: 'shop/api', port: 8080, protocol: 'http' }, parseRelease('1.31'));
  };
  expect(of(api('a', true), api('b', true))).toEqual([]);
  expect(of(api('a', true), api('b', false))).toEqual([
    'Service shop/api is headless: which of its pods a client asks, its resolver decides',
  ]);
});
