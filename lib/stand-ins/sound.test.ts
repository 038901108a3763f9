import { stringify } from 'yaml';
import type { KubeObject } from '../model/types.ts';
import { UsageError } from '../platform/errors.ts';
import { app, namespace, networking, policy, security } from '../survey/fixtures.ts';
import { manifestsOf } from './fixtures.ts';
import { assertSoundManifests, assertSoundStep } from './sound.ts';

const shop = [namespace('shop'), ...app('shop', 'web')];
/** The line at which an object stands that comes after those of the shop. */
const LINE =
  shop
    .map((object) => stringify(object))
    .join('---\n')
    .split('\n').length + 1;

const rule = (host: string, where = 'shop') =>
  policy(networking, 'DestinationRule', where, 'rule', { host, trafficPolicy: { tls: { mode: 'DISABLE' } } });
const route = (destination: string, hosts = ['web']) =>
  policy(networking, 'VirtualService', 'shop', 'route', {
    hosts,
    http: [{ route: [{ destination: { host: destination } }] }],
  });
const entry = (host: string) =>
  policy(networking, 'ServiceEntry', 'shop', 'entry', {
    hosts: [host],
    ports: [{ number: 443, name: 'https', protocol: 'HTTPS' }],
    resolution: 'DNS',
  });
const service = (spec: object, where = 'shop') =>
  ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart', namespace: where }, spec }) as KubeObject;
const strict = policy(security, 'PeerAuthentication', 'shop', 'default', { mtls: { mode: 'STRICT' } });

const withThese = (...more: KubeObject[]) => assertSoundManifests(manifestsOf([...shop, ...more]));
const laidOver = (objects: KubeObject[], ...more: KubeObject[]) =>
  assertSoundStep(manifestsOf(objects, 'then.yaml'), manifestsOf([...shop, ...more]));

describe('manifests', () => {
  test.each<[string, KubeObject, string]>([
    [
      'a field that Istio’s schema does not have',
      policy(networking, 'DestinationRule', 'shop', 'rule', {
        host: 'web',
        trafficPolicy: { tls: { mod: 'DISABLE' } },
      }),
      'DestinationRule shop/rule is not valid: spec.trafficPolicy.tls',
    ],
    [
      'a Service whose selector has nobody',
      service({ selector: { app: 'crat' }, ports: [{ port: 80 }] }),
      'Service shop/cart has no pods: no workload of namespace shop has the labels app=crat. Add the workload, or correct the selector.',
    ],
    [
      'a Service whose pods are in another namespace',
      service({ selector: { app: 'web' }, ports: [{ port: 80 }] }, 'bank'),
      'Service bank/cart has no pods: no workload of namespace bank has the labels app=web',
    ],
    [
      'a rule for a host that no Service has',
      rule('wbe'),
      'DestinationRule shop/rule is for host wbe, which no Service has (wbe.shop.svc.cluster.local). Correct the name, or add the Service.',
    ],
    ['a rule whose short host is of another namespace', rule('web', 'bank'), '(web.bank.svc.cluster.local)'],
    ['a route to a host that no Service has', route('cart'), 'VirtualService shop/route is for host cart'],
  ])('with %s are refused at its place', (_, object, says) => {
    expect(() => withThese(object)).toThrow(UsageError);
    expect(() => withThese(object)).toThrow(says);
    expect(() => withThese(object)).toThrow(`shop.yaml:${LINE}: `);
  });

  test.each<[string, KubeObject[]]>([
    ['a Service without a selector', [service({ ports: [{ port: 80 }] })]],
    [
      'a Service of one pod of a StatefulSet',
      [service({ selector: { 'statefulset.kubernetes.io/pod-name': 'db-0' }, ports: [{ port: 80 }] })],
    ],
    ['a Service that is another’s name', [service({ type: 'ExternalName', externalName: 'example.com' })]],
    ['a Service of Istio’s own', [service({ selector: { istio: 'ingressgateway' } }, 'istio-system')]],
    ['a rule for a Service', [rule('web.shop.svc.cluster.local', 'bank')]],
    ['a rule for all hosts', [rule('*.local')]],
    ['a rule for a ServiceEntry', [entry('api.example.com'), rule('api.example.com')]],
    ['a rule for a host that an entry with a wildcard has', [entry('*.example.com'), rule('api.example.com')]],
    ['a route from a gateway’s host to a Service', [route('web', ['shop.example.com'])]],
    ['a policy', [strict]],
  ])('with %s are taken', (_, objects) => {
    expect(() => withThese(...objects)).not.toThrow();
  });

  test('with an object twice are refused with both places', () => {
    expect(() => withThese(strict, strict)).toThrow(
      /PeerAuthentication shop\/default is there twice, in shop\.yaml:\d+ and in shop\.yaml:\d+/,
    );
  });
});

describe('a step over them', () => {
  test('has policies alone', () => {
    expect(() => laidOver([strict])).not.toThrow();
    expect(() => laidOver([strict, ...app('shop', 'cart')])).toThrow(
      /^then\.yaml:\d+: --then takes what configures the mesh \(.*PeerAuthentication.*\), not Deployment shop\/cart: put that into -f\.$/,
    );
    expect(() => laidOver([])).toThrow(
      'then.yaml has nothing that configures the mesh: name another file with --then.',
    );
  });

  test('is for hosts of the manifests, and its own entries', () => {
    expect(() => laidOver([rule('web')])).not.toThrow();
    expect(() => laidOver([rule('wbe')])).toThrow('then.yaml:1: DestinationRule shop/rule is for host wbe');
    expect(() => laidOver([rule('api.example.com')])).toThrow('which no Service has (api.example.com)');
    expect(() => laidOver([rule('api.example.com'), entry('api.example.com')])).not.toThrow();
    expect(() => laidOver([rule('api.example.com')], entry('api.example.com'))).not.toThrow();
  });

  test('is as Istio’s schema has it', () => {
    const odd = policy(security, 'AuthorizationPolicy', 'shop', 'odd', { action: 'REFUSE' });
    expect(() => laidOver([odd])).toThrow('then.yaml:1: AuthorizationPolicy shop/odd is not valid: spec.action');
  });
});
