import { expectationOf } from './expectation.ts';
import { mesh, service, sidecar, taskWorld } from './fixtures.ts';
import type { KubeObject, Mesh, World } from './types.ts';

const entry = (spec: object, namespace = 'default'): KubeObject =>
  ({
    apiVersion: 'networking.istio.io/v1',
    kind: 'ServiceEntry',
    metadata: { namespace, name: 'x' },
    spec,
  }) as KubeObject;

const host = 'httpbin.full.svc.cluster.local';
const addressed = (clusterIP: string) => [service('full/httpbin', { clusterIP })];

function doubts(world: World, client = 'full/sleep', server = 'httpbin'): string[] | undefined {
  const [namespace = '', name = ''] = client.split('/');
  const question = { client: { namespace, name }, server: { namespace: 'full', name: server, port: 8000 } };
  return expectationOf(world, { protocol: 'http', ...question }).notJudged;
}

const with_ = (object: KubeObject, changes: Partial<World> = {}, settings: Partial<Mesh> = {}): World => ({
  ...taskWorld([object]),
  ...changes,
  mesh: { ...mesh(), ...settings },
});

describe('a ServiceEntry is named', () => {
  test.each<[string, object]>([
    ['by its host', { hosts: [host] }],
    ['by a wildcard', { hosts: ['example.com', '*.full.svc.cluster.local'] }],
  ])('%s', (_, spec) => {
    expect(doubts(with_(entry(spec)))).toEqual(['ServiceEntry default/x has the host of Service full/httpbin']);
  });

  test.each([
    ['10.96.0.7', '10.96.0.7'],
    ['10.96.0.7', '10.96.0.0/16'],
    ['fd00::7', 'fd00::/64'],
  ])('by the address %s, with %s', (clusterIP, address) => {
    const world = with_(entry({ hosts: ['example.com'], addresses: ['192.0.2.1', address] }), {
      services: addressed(clusterIP),
    });
    expect(doubts(world)).toEqual(['ServiceEntry default/x has the address of Service full/httpbin']);
  });

  test('for an ExternalName, by what it leads to', () => {
    const alias = service('full/alias', { type: 'ExternalName', externalName: host });
    const world = with_(entry({ hosts: [host] }), { services: [service('full/httpbin'), alias] });
    expect(doubts(world, 'full/sleep', 'alias')).toHaveLength(1);
  });

  test('beside what the model says', () => {
    const world = with_(entry({ hosts: [host] }));
    const ingress = sidecar('full/default', [], { ingress: [{}] });
    expect(doubts({ ...world, policies: [...world.policies, ingress] })).toHaveLength(2);
  });
});

describe('none is named', () => {
  test.each<[string, object]>([
    ['for another host', { hosts: ['httpbin.legacy.svc.cluster.local'] }],
    ['for other addresses', { hosts: ['example.com'], addresses: ['10.97.0.0/16', 'fd00::/64', 'nonsense'] }],
    ['that another namespace alone sees', { hosts: [host], exportTo: ['.', 'other'] }],
  ])('%s', (_, spec) => {
    expect(doubts(with_(entry(spec), { services: addressed('10.96.0.7') }))).toBeUndefined();
  });

  test('that its own namespace alone sees by the mesh’s default', () => {
    const world = with_(entry({ hosts: [host] }), {}, { exportTo: { service: ['.'] } });
    expect(doubts(world)).toBeUndefined();
    expect(doubts({ ...world, policies: [entry({ hosts: [host] }, 'full')] })).toHaveLength(1);
  });

  test('to a client without a sidecar, or where the Service has no address', () => {
    expect(doubts(with_(entry({ hosts: [host] })), 'legacy/sleep')).toBeUndefined();
    const headless = with_(entry({ hosts: ['example.com'], addresses: ['0.0.0.0/0'] }), {
      services: addressed('None'),
    });
    expect(doubts(headless)).toBeUndefined();
  });
});
