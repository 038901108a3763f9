import type { Expectation } from './expected.ts';
import {
  brief,
  destinationRule,
  mesh,
  peerAuthentication,
  service,
  sidecar,
  subsetRoute,
  taskWorld,
  workload,
} from './fixtures.ts';
import { predict } from './predict.ts';
import type { KubeObject, Mesh, Question, World } from './types.ts';

/** The task's world with a client in partial, too, for which a Sidecar hides all other namespaces. */
function hidden(policies: KubeObject[] = [], changes: Partial<World> = {}, settings: Partial<Mesh> = {}): World {
  const world = taskWorld([sidecar('partial/default', [['./*']]), ...policies]);
  return {
    ...world,
    workloads: [...world.workloads, workload('partial/sleep')],
    ...changes,
    mesh: { ...mesh(), ...settings },
  };
}

const ask = (world: World, to = 'full/httpbin', more: Partial<Question> = {}, subset?: string): Expectation => {
  const [namespace = '', name = ''] = to.split('/');
  const server = { namespace, name, port: 8000, ...(subset !== undefined && { subset }) };
  return predict(world, { protocol: 'http', client: { namespace: 'partial', name: 'sleep' }, server, ...more });
};

const strict = peerAuthentication('full/own', 'STRICT', { selector: { app: 'httpbin' } });
const doubts = (...asked: Parameters<typeof ask>) => ask(...asked).notJudged;

describe('a Service that the client’s Sidecar hides', () => {
  test('gets plain text, whatever the rules, and STRICT refuses it', () => {
    const rule = destinationRule('partial/rule', 'httpbin.full.svc.cluster.local', 'ISTIO_MUTUAL');
    const open = ask(hidden([rule]));
    expect([brief(open), open.notJudged]).toEqual(['p', undefined]);
    expect(open.reasons.map(({ rule: id }) => id)).not.toContain('destination-rule.tls');
    const refused = ask(hidden([rule, strict]));
    expect([brief(refused), refused.notJudged]).toEqual(['503', undefined]);
  });

  test('gets nothing else from clients of other namespaces, and from those without a sidecar', () => {
    const from = (namespace: string) => ask(hidden(), 'full/httpbin', { client: { namespace, name: 'sleep' } });
    expect(['full', 'legacy'].map((namespace) => brief(from(namespace)))).toEqual(['m', 'p']);
    const bare = taskWorld([sidecar('legacy/default', [['./*']]), strict]);
    const asked = predict(bare, {
      protocol: 'http',
      client: { namespace: 'legacy', name: 'sleep' },
      server: { namespace: 'full', name: 'httpbin', port: 8000 },
    });
    expect([brief(asked), asked.notJudged]).toEqual(['56', undefined]);
    expect(asked.reasons.map(({ rule }) => rule).filter((rule) => /^(scope|client)/.test(rule))).toEqual([
      'client.no-sidecar',
    ]);
  });

  test('and one that it does not hide gets what it gets without', () => {
    expect(brief(ask(hidden(), 'partial/httpbin'))).toBe('m or p');
  });
});

describe('what is not certain is said', () => {
  const text = 'Sidecar partial/default hides Service full/httpbin from partial/sleep, and ';
  const letting = (outboundTrafficPolicy: object) =>
    taskWorldWith(sidecar('partial/default', [['./*']], { outboundTrafficPolicy }));
  const taskWorldWith = (...policies: KubeObject[]) => ({ ...hidden(), policies });
  const noOther = { services: [service('full/httpbin'), service('partial/other', { ports: [{ port: 80 }] })] };

  test.each<[string, World, string]>([
    [
      'REGISTRY_ONLY of the mesh',
      hidden([], {}, { outboundTrafficPolicy: 'REGISTRY_ONLY' }),
      'outboundTrafficPolicy is REGISTRY_ONLY',
    ],
    ['REGISTRY_ONLY of the Sidecar', letting({ mode: 'REGISTRY_ONLY' }), 'outboundTrafficPolicy is REGISTRY_ONLY'],
    ['a policy without a mode', letting({}), 'outboundTrafficPolicy is REGISTRY_ONLY'],
    ['an egressProxy', letting({ mode: 'ALLOW_ANY', egressProxy: {} }), 'outboundTrafficPolicy names an egressProxy'],
    ['a VirtualService', hidden([subsetRoute('full/x', 'httpbin', 'v1')]), 'a VirtualService may make it known'],
    [
      'no other port of that number',
      hidden([strict], noOther),
      'whether the client gets 503 then depends on other Services with port 8000',
    ],
  ])('of a hidden Service: %s', (_, world, doubt) => {
    expect(doubts(world)).toEqual([`${text}${doubt}`]);
  });

  test('not where both ways come to the same', () => {
    expect(doubts(hidden([], noOther))).toBeUndefined();
    expect(doubts(letting({ mode: 'ALLOW_ANY' }))).toBeUndefined();
  });

  test('of pods of which some refuse plain text', () => {
    const world = taskWorld([
      sidecar('full/default', [['./*']]),
      peerAuthentication('partial/own', 'STRICT', { selector: { app: 'httpbin' } }),
    ]);
    const client = { namespace: 'full', name: 'sleep' };
    expect(doubts(world, 'partial/httpbin', { client })).toEqual([
      'Sidecar full/default hides Service partial/httpbin from full/sleep, and connections that stay open decide which of its pods answer',
    ]);
  });

  test.each(['grpc', 'tcp', 'https'] as const)('of %s', (protocol) => {
    expect(doubts(hidden(), 'full/httpbin', { protocol })).toEqual([
      `${text}what becomes of ${protocol} then depends on other Services`,
    ]);
  });

  test.each(['1.20', '1.31'])('of an ExternalName in %s', (release) => {
    const alias = service('legacy/alias', {
      type: 'ExternalName',
      externalName: 'httpbin.full.svc.cluster.local',
      ports: [{ port: 8000 }],
    });
    const world = { ...hidden([], {}, mesh(release)), services: [...taskWorld([]).services, alias] };
    const hiding = release === '1.20' ? 'legacy/alias' : 'full/httpbin';
    expect(doubts(world, 'legacy/alias')).toEqual([
      `Sidecar partial/default hides Service ${hiding} from partial/sleep, and it is an ExternalName`,
    ]);
  });

  test('of listeners that Sidecars make', () => {
    const outbound = {
      ...sidecar('partial/default', []),
      spec: { egress: [{ port: { number: 8000 }, hosts: ['*/*'] }] },
    };
    expect(doubts(taskWorldWith(outbound))).toEqual([
      'Sidecar partial/default gives partial/sleep outbound listeners of its own',
    ]);
    const inbound = sidecar('full/default', [], { ingress: [{}] });
    expect(doubts(taskWorldWith(inbound))).toEqual([
      'Sidecar full/default gives full/httpbin inbound listeners of its own',
    ]);
    expect(doubts(taskWorldWith(sidecar('legacy/default', [], { ingress: [{}] })), 'legacy/httpbin')).toBeUndefined();
  });

  test('of defaults of exportTo that name namespaces', () => {
    const named = { ...mesh(), exportTo: { service: ['full'], virtualService: ['full'] } };
    const rule = destinationRule('full/rule', 'httpbin', undefined, { subsets: [{ name: 'v1' }] });
    const world = { ...taskWorldWith(subsetRoute('full/x', 'httpbin', 'v1'), rule), mesh: named };
    expect(doubts(world, 'full/httpbin', {}, 'v1')).toEqual([
      "the mesh configuration's defaultServiceExportTo decides who sees Service full/httpbin",
      "the mesh configuration's defaultVirtualServiceExportTo decides who sees the routes to Service full/httpbin",
    ]);
  });

  test('of a route from elsewhere, where a Sidecar limits what is seen', () => {
    const route = subsetRoute('partial/x', 'httpbin.full.svc.cluster.local', 'v1');
    const rule = destinationRule('full/rule', 'httpbin', undefined, { subsets: [{ name: 'v1' }] });
    const world = taskWorldWith(sidecar('partial/default', [['*/*']]), route, rule);
    expect(doubts(world, 'full/httpbin', {}, 'v1')).toEqual([
      'Sidecar partial/default limits what partial/sleep sees, and VirtualService partial/x is not in the namespace of Service full/httpbin',
    ]);
    expect(doubts(world)).toBeUndefined();
  });
});

test('a Service that is private by the mesh’s default gets plain text from other namespaces', () => {
  const world = { ...hidden(), policies: [], mesh: { ...mesh(), exportTo: { service: ['.'] } } };
  expect(brief(ask(world))).toBe('p');
  expect(ask(world).reasons.map(({ text }) => text)).toContain(
    "Service full/httpbin is by the mesh configuration's default not exported to namespace partial: the client's sidecar passes requests on in plain text",
  );
  expect(brief(ask(world, 'partial/httpbin'))).toBe('m or p');
});

test('a Service’s annotation is read with or without spaces, and nothing in it is nothing', () => {
  const seen = (annotation: string) => {
    const exported = service('full/httpbin');
    exported.metadata.annotations = { 'networking.istio.io/exportTo': annotation };
    return brief(ask({ ...hidden(), policies: [], services: [exported, service('partial/httpbin')] }));
  };
  expect(['.', 'legacy', 'legacy, partial', '*', ''].map(seen)).toEqual(['p', 'p', 'm', 'm', 'm']);
});
