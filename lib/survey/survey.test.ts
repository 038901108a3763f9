import { expectationOf } from '../model/expectation.ts';
import type { ExpectedOutcome } from '../model/expected.ts';
import type { KubeObject, World } from '../model/types.ts';
import { bazaar } from '../test/live/bazaar-fixtures.ts';
import { generatedMesh } from '../tools/bench/generated-mesh.ts';
import { app, clusterSnapshot, manifestMesh, namespace, networking, pairsOf, policy, security } from './fixtures.ts';
import { meshFrom, type SurveyedMesh } from './mesh/mesh.ts';
import { countsOf, surveyOf } from './survey.ts';

/** Returns outcomes as text, without the identity, which is each client's own. */
function comesTo(outcomes: readonly ExpectedOutcome[]): string[] {
  return outcomes.map(({ outcome, share, rare }) => `${outcome.kind} ${share.toFixed(4)} ${rare ?? ''}`).sort();
}

/** Asks the model for each pair, with all of the mesh in view, and returns the pairs that come to something else. */
function otherwise(mesh: SurveyedMesh): { asked: number; wrong: string[] } {
  const world: World = {
    mesh: mesh.plane.mesh,
    workloads: mesh.workloads.map(({ workload }) => workload),
    services: [...mesh.services],
    writtenEndpoints: mesh.writtenEndpoints,
    policies: mesh.policies.filter(
      (object) => object.kind !== 'AuthorizationPolicy' || object.metadata.name === 'gate',
    ),
  };
  const wrong: string[] = [];
  let asked = 0;
  for (const { server, answers } of surveyOf(mesh).servers) {
    for (const { answer, clients } of answers) {
      const own = answer.notJudged.some((text) => /EnvoyFilter/.test(text));
      for (const { namespace: home, workloads, outsider } of own ? [] : clients) {
        for (const name of outsider ? [] : workloads) {
          const { namespace: where = '', name: service } = server.service.metadata;
          const question = {
            protocol: server.protocol,
            client: { namespace: home, name },
            server: { namespace: where, name: service, port: server.port },
          };
          const { outcomes, notJudged = [] } = expectationOf(world, question);
          asked += 1;
          const isSame =
            notJudged.length > 0
              ? answer.result === 'unknown'
              : comesTo(outcomes).join() === comesTo(answer.outcomes).join();
          if (!isSame)
            wrong.push(
              `${home}/${name} → ${service}.${where}: ${comesTo(answer.outcomes)}, not ${comesTo(outcomes)} ${notJudged}`,
            );
        }
      }
    }
  }
  return { asked, wrong };
}

function onRelease(objects: KubeObject[], release: string): KubeObject[] {
  return JSON.parse(JSON.stringify(objects).replaceAll('pilot:1.31.0', `pilot:${release}.0`));
}

/** What tells clients of one mesh apart: rules for selected workloads, and Sidecars that hide much, or listen themselves. */
const twists: readonly KubeObject[] = [
  policy(networking, 'DestinationRule', 'shop', 'chosen', {
    host: 'web.shop.svc.cluster.local',
    workloadSelector: { matchLabels: { app: 'sleep' } },
    trafficPolicy: { tls: { mode: 'DISABLE' } },
  }),
  namespace('lab'),
  policy(networking, 'Sidecar', 'lab', 'default', { egress: [{ hosts: ['./*'] }] }),
  ...app('lab', 'bench', { service: { ports: [{ name: 'http', port: 81, targetPort: 8080 }] } }),
  policy(networking, 'Sidecar', 'edge', 'own', {
    workloadSelector: { labels: { app: 'sleep' } },
    egress: [{ port: { number: 80, protocol: 'HTTP', name: 'http' }, hosts: ['*/*'] }],
  }),
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'private', namespace: 'pay', annotations: { 'networking.istio.io/exportTo': 'pay, edge' } },
    spec: { selector: { app: 'ledger' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  } as KubeObject,
  policy(networking, 'DestinationRule', 'pay', 'near', {
    host: '*.shop.svc.cluster.local',
    exportTo: ['edge'],
    trafficPolicy: { tls: { mode: 'DISABLE' } },
  }),
];

describe('each pair comes to what the model says with all of the mesh in view', () => {
  test.each(['1.31', '1.22', '1.13', '1.5'])('a mesh of many shapes, on %s', (release) => {
    const { asked, wrong } = otherwise(manifestMesh([...bazaar, ...twists], release));
    expect(asked).toBeGreaterThan(250);
    expect(wrong).toEqual([]);
  });

  test('one whose configuration hides Services and rules by default', () => {
    const mesh = 'defaultServiceExportTo: ["."]\ndefaultDestinationRuleExportTo: ["."]\n';
    const metadata = { name: 'istio', namespace: 'istio-system' };
    const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { mesh } } as KubeObject;
    expect(otherwise(manifestMesh([...bazaar, ...twists, map])).wrong).toEqual([]);
  });

  test.each(['1.31', '1.24', '1.20', '1.12', '1.5'])('a generated one, on %s', (release) => {
    const objects = generatedMesh({ namespaces: 6, services: 30, pods: 60, policies: 90 });
    const { asked, wrong } = otherwise(meshFrom(clusterSnapshot(onRelease(objects, release))));
    expect(asked).toBeGreaterThan(800);
    expect(wrong).toEqual([]);
  });
});

test('every pair is counted once', () => {
  const survey = surveyOf(manifestMesh(bazaar));
  const counts = countsOf(survey);
  expect(Object.values(counts).reduce((sum, one) => sum + one, 0)).toBe(survey.clients.length * survey.servers.length);
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(0);
});

test('like workloads are one client, and what a policy tells apart is two', () => {
  const rule = policy(networking, 'DestinationRule', 'shop', 'chosen', {
    host: 'cart.shop.svc.cluster.local',
    workloadSelector: { matchLabels: { tier: 'front' } },
    trafficPolicy: { tls: { mode: 'DISABLE' } },
  });
  const same = { pod: { serviceAccountName: 'shared' } };
  const objects = [
    namespace('shop'),
    ...app('shop', 'cart'),
    ...app('shop', 'web', same),
    ...app('shop', 'api', same),
    ...app('shop', 'front', { ...same, labels: { tier: 'front' } }),
  ];
  const shared = (mesh: SurveyedMesh) =>
    surveyOf(mesh).clients.flatMap(({ account, workloads }) => (account === 'shared' ? [workloads] : []));
  expect(shared(manifestMesh(objects))).toEqual([['web', 'api', 'front']]);
  expect(shared(manifestMesh([...objects, rule]))).toEqual([['web', 'api'], ['front']]);
});

describe('what is not modelled is named, with the pairs that it may touch', () => {
  const two = [
    namespace('shop'),
    ...app('shop', 'web'),
    ...app('shop', 'cart'),
    ...app('shop', 'old', { sidecar: false }),
  ];
  /** Returns the pairs of which some words are said. */
  const pairsWith = (said: string, ...objects: KubeObject[]): string[] => {
    const isReplaced = ({ kind, metadata }: KubeObject): boolean =>
      objects.some((one) => one.kind === kind && one.metadata.name === metadata.name);
    const mesh = manifestMesh([...two.filter((object) => !isReplaced(object)), ...objects]);
    return Object.entries(pairsOf(mesh))
      .filter(([, words]) => words.includes(said))
      .map(([pair]) => pair)
      .sort();
  };
  const notJudged = (...objects: KubeObject[]): string[] => {
    expect(pairsWith('not judged')).toEqual([]);
    return pairsWith('not judged', ...objects);
  };
  const everybody = (server: string) =>
    ['outsider', 'shop/cart', 'shop/old', 'shop/web'].map((client) => `${client} > ${server}`);
  const sidecars = (server: string) => ['shop/cart', 'shop/web'].map((client) => `${client} > ${server}`);
  const filter = (spec: object, where = 'shop') =>
    policy('networking.istio.io/v1alpha3', 'EnvoyFilter', where, 'x', spec);
  const patch = (context: string) => ({ configPatches: [{ applyTo: 'CLUSTER', match: { context } }] });
  const vm = { address: '10.0.0.1', labels: { app: 'cart' } };
  const selecting = { workloadSelector: { labels: { app: 'cart' } } };

  test.each<[string, KubeObject[], string[]]>([
    [
      'a filter on what one workload takes',
      [filter({ ...selecting, ...patch('SIDECAR_INBOUND') })],
      everybody('cart.shop:80'),
    ],
    [
      'a filter on what it sends',
      [filter({ ...selecting, ...patch('SIDECAR_OUTBOUND') })],
      ['shop/cart > cart.shop:80', 'shop/cart > old.shop:80', 'shop/cart > web.shop:80'],
    ],
    ['a filter for gateways', [filter(patch('GATEWAY'))], []],
    [
      'a filter of the root namespace, on all that servers take',
      [filter(patch('SIDECAR_INBOUND'), 'istio-system')],
      [...everybody('cart.shop:80'), ...everybody('web.shop:80')],
    ],
    ['a filter in another namespace', [filter(patch('ANY'), 'other')], []],
    [
      'an extension',
      [
        policy('extensions.istio.io/v1alpha1', 'WasmPlugin', 'shop', 'x', {
          selector: { matchLabels: { app: 'old' } },
        }),
      ],
      [],
    ],
    [
      'a sidecar that intercepts nothing',
      app('shop', 'cart', { annotations: { 'sidecar.istio.io/interceptionMode': 'NONE' } }),
      [...everybody('cart.shop:80'), 'shop/cart > old.shop:80', 'shop/cart > web.shop:80'],
    ],
    [
      'addresses that are excluded, where manifests do not have any',
      app('shop', 'cart', { annotations: { 'traffic.sidecar.istio.io/excludeOutboundIPRanges': '10.0.0.0/8' } }),
      ['shop/cart > cart.shop:80', 'shop/cart > old.shop:80', 'shop/cart > web.shop:80'],
    ],
    ['a Service without a selector', app('shop', 'cart', { service: { selector: {} } }), everybody('cart.shop:80')],
    [
      'a pod of the ambient mesh',
      app('shop', 'old', { sidecar: false, labels: { 'istio.io/dataplane-mode': 'ambient' } }),
      [...everybody('old.shop:80'), 'shop/old > cart.shop:80', 'shop/old > web.shop:80'].sort(),
    ],
    [
      'a gateway',
      app('shop', 'cart', { annotations: { 'inject.istio.io/templates': 'gateway' } }),
      everybody('cart.shop:80'),
    ],
    [
      'one more endpoint, of which it is not known what takes the mutual TLS that it announces',
      [policy(networking, 'WorkloadEntry', 'shop', 'vm', { ...vm, serviceAccount: 'vm' })],
      sidecars('cart.shop:80'),
    ],
    ['one that does not announce it', [policy(networking, 'WorkloadEntry', 'shop', 'vm', vm)], []],
    [
      'one in a network of its own',
      [policy(networking, 'WorkloadEntry', 'shop', 'vm', { ...vm, network: 'b' })],
      sidecars('cart.shop:80'),
    ],
    [
      'a ServiceEntry for the host',
      [policy(networking, 'ServiceEntry', 'shop', 'x', { hosts: ['cart.shop.svc.cluster.local'] })],
      sidecars('cart.shop:80'),
    ],
    ['a ServiceEntry for another', [policy(networking, 'ServiceEntry', 'shop', 'x', { hosts: ['example.com'] })], []],
    [
      'a route of Gateway API',
      [
        policy('gateway.networking.k8s.io/v1', 'HTTPRoute', 'shop', 'x', {
          parentRefs: [{ kind: 'Service', name: 'cart' }],
        }),
      ],
      sidecars('cart.shop:80'),
    ],
    [
      'a Sidecar with inbound listeners',
      [policy(networking, 'Sidecar', 'shop', 'x', { ...selecting, ingress: [{ port: { number: 8080 } }] })],
      everybody('cart.shop:80'),
    ],
    [
      'pods in another network',
      app('shop', 'cart', { labels: { 'topology.istio.io/network': 'b' } }),
      ['shop/cart > old.shop:80', 'shop/cart > web.shop:80', 'shop/web > cart.shop:80'],
    ],
  ])('%s', (_, objects, pairs) => expect(notJudged(...objects)).toEqual(pairs.toSorted()));

  const route = (http: object, hosts = ['cart']) =>
    policy(networking, 'VirtualService', 'shop', 'cart', { hosts, http: [http] });
  const to = (host: string, more: object = {}) => ({ route: [{ destination: { host, ...more } }] });
  const subsets = (trafficPolicy?: object) =>
    policy(networking, 'DestinationRule', 'shop', 'cart', {
      host: 'cart',
      subsets: [{ name: 'all', labels: { app: 'cart' }, ...(trafficPolicy && { trafficPolicy }) }],
    });
  test.each<[string, KubeObject[], boolean]>([
    ['to the Service itself', [route(to('cart'))], true],
    ['to another', [route(to('web'))], false],
    ['to another port', [route(to('cart', { port: { number: 90 } }))], false],
    ['that answers itself', [route({ directResponse: { status: 200 } })], false],
    ['with a fault', [route({ ...to('cart'), fault: { abort: { httpStatus: 500 } } })], false],
    ['to a subset', [route(to('cart', { subset: 'all' })), subsets()], true],
    [
      'to a subset with its own TLS',
      [route(to('cart', { subset: 'all' })), subsets({ tls: { mode: 'DISABLE' } })],
      false,
    ],
    ['to a subset that is not there', [route(to('cart', { subset: 'all' }))], false],
    [
      'to a subset of a rule for other clients',
      [
        route(to('cart', { subset: 'all' })),
        subsets(),
        policy(networking, 'DestinationRule', 'shop', 'a', {
          ...{ host: 'cart', workloadSelector: { matchLabels: { app: 'web' } } },
          subsets: [],
        }),
        policy(networking, 'DestinationRule', 'shop', 'b', {
          ...{ host: 'cart', workloadSelector: { matchLabels: { app: 'cart' } } },
          subsets: [],
        }),
      ],
      false,
    ],
    ['for another host', [route(to('web'), ['example.com'])], true],
  ])('a route %s', (_, objects, isJudged) =>
    expect(notJudged(...objects)).toEqual(isJudged ? [] : sidecars('cart.shop:80')),
  );

  const cart = to('cart');
  const away = to('web');
  const api = { uri: { prefix: '/api' } };
  const front = { sourceLabels: { tier: 'front' } };
  type Known = 'known' | 'open' | 'unknown';
  /** What sidecars ask of cart is known, may be refused for what is asked, or is not known. */
  const expectCart = (objects: KubeObject[], is: Known): void => {
    const asked = sidecars('cart.shop:80');
    expect(pairsWith('not judged', ...objects)).toEqual(is === 'unknown' ? asked : []);
    expect(pairsWith(', unless VirtualService shop/cart refuses it', ...objects)).toEqual(is === 'open' ? asked : []);
  };
  const routed = (...http: object[]) => policy(networking, 'VirtualService', 'shop', 'cart', { hosts: ['cart'], http });
  test.each<[string, object[], Known]>([
    ['a path', [{ match: [api], ...cart }], 'open'],
    ['a path, and another for the rest', [{ match: [api], ...cart }, cart], 'known'],
    ['a path that leads elsewhere, and another for the rest', [{ match: [api], ...away }, cart], 'unknown'],
    ['every path', [{ match: [{ uri: { prefix: '/' }, port: 80, gateways: ['mesh'] }], ...cart }], 'known'],
    ['every path by a pattern', [{ match: [{ uri: { regex: '.*' }, name: 'all' }], ...cart }], 'known'],
    ['every path by a method', [{ match: [{ uri: { prefix: '/' }, method: { exact: 'GET' } }], ...cart }], 'open'],
    ['a path or whatever', [{ match: [api, { uri: { prefix: '/' } }], ...cart }], 'known'],
    ['all before one that leads elsewhere', [cart, away], 'known'],
    ['another port, that leads elsewhere', [{ match: [{ port: 90 }], ...away }], 'known'],
    [
      'another port, and a path',
      [
        { match: [{ port: 90 }], ...cart },
        { match: [api], ...cart },
      ],
      'open',
    ],
    ['a gateway, that leads elsewhere', [{ match: [{ gateways: ['edge'] }], ...away }, cart], 'known'],
    ['some clients', [{ match: [front], ...cart }], 'known'],
    ['some clients, that leads elsewhere', [{ match: [front], ...away }], 'unknown'],
    ['some clients and a path', [{ match: [{ ...front, ...api }], ...cart }], 'open'],
    [
      'some clients, and a path of all',
      [
        { match: [front], ...cart },
        { match: [api], ...cart },
      ],
      'open',
    ],
    ['some clients, a path, and the rest', [{ match: [{ ...front, ...api }], ...cart }, cart], 'known'],
  ])('a route for %s', (_, http, is) => expectCart([routed(...http)], is));

  test.each<[string, string, object, Known]>([
    ['TLS by some of its names', 'tls', { tls: [{ match: [{ sniHosts: ['cart'] }], ...cart }] }, 'open'],
    [
      'TLS by each of its names',
      'tls',
      { tls: [{ match: [{ sniHosts: ['cart', 'cart.shop', 'cart.shop.svc', '*.local'] }], ...cart }] },
      'known',
    ],
    ['TLS, at a port of another protocol', 'tcp', { tls: [{ match: [{ sniHosts: ['cart'] }], ...cart }] }, 'known'],
    ['TCP to some addresses', 'tcp', { tcp: [{ match: [{ destinationSubnets: ['10.0.0.0/8'] }], ...cart }] }, 'known'],
    [
      'TCP to some addresses, elsewhere',
      'tcp',
      { tcp: [{ match: [{ destinationSubnets: ['::/0'] }], ...away }] },
      'unknown',
    ],
    ['a path, at a port of another protocol', 'tcp', { http: [{ match: [api], ...cart }] }, 'known'],
  ])('a route for %s', (_, protocol, spec, is) => {
    const all = [
      ...app('shop', 'cart', { service: { ports: [{ name: protocol, port: 80, targetPort: 8080 }] } }),
      policy(networking, 'VirtualService', 'shop', 'cart', { hosts: ['cart', 'cart.shop.svc', 'cart.shop'], ...spec }),
    ];
    expectCart(all, is);
  });

  test('what a gateway leads to a Service is certain, though it does not lead all there', () => {
    const gate = app('shop', 'web', { annotations: { 'inject.istio.io/templates': 'gateway' } });
    const spec = { hosts: ['example.com'], gateways: ['gate'], http: [{ match: [api], ...cart }] };
    const pairs = pairsOf(
      manifestMesh([
        ...two.slice(0, 1),
        ...gate,
        ...app('shop', 'cart'),
        policy(networking, 'VirtualService', 'shop', 'x', spec),
      ]),
    );
    expect(pairs['shop/web > cart.shop:80']).toBe('mutual TLS');
  });

  test('a policy of a revision that may not be this one', () => {
    const rule = policy(
      security,
      'PeerAuthentication',
      'shop',
      'x',
      { mtls: { mode: 'STRICT' } },
      { 'istio.io/rev': 'canary' },
    );
    // The pods are of revision default: it is another's.
    expect(notJudged(rule)).toEqual([]);
    const old = { ...namespace('old'), metadata: { name: 'old', labels: { 'istio.io/rev': 'canary' } } };
    const canary = [old, ...app('old', 'old')];
    expect(notJudged(rule, ...canary)).toContain('outsider > cart.shop:80');
  });

  test('a kind that could not be read', () => {
    const unread = [{ kind: 'DestinationRule', right: 'list destinationrules.networking.istio.io', why: '403' }];
    const mesh = manifestMesh(two);
    const pairs = pairsOf({ ...mesh, snapshot: { ...mesh.snapshot, unread } });
    expect(pairs['outsider > cart.shop:80']).toBe('plain text');
    expect(pairs['shop/web > cart.shop:80']).toBe(
      'not judged: DestinationRules could not be read, which takes the right to list destinationrules.networking.istio.io',
    );
  });
});

test('a cluster shows who serves a Service without a selector', () => {
  const status = (podIP: string) => ({
    phase: 'Running',
    podIP,
    conditions: [{ type: 'Ready', status: 'True' }],
  });
  const proxy = { name: 'istio-proxy', args: ['proxy', 'sidecar'] };
  const labels = { 'security.istio.io/tlsMode': 'istio' };
  const pod = (where: string, name: string, podIP: string): KubeObject =>
    ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: where, labels },
      spec: { serviceAccountName: name, containers: [{ name: 'main' }, proxy] },
      status: status(podIP),
    }) as KubeObject;
  const written = (name: string, ...addresses: string[]): KubeObject[] => [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'shop' },
      spec: { ports: [{ name: 'http', port: 80 }] },
    } as KubeObject,
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name, namespace: 'shop', labels: { 'kubernetes.io/service-name': name } },
      ports: [{ name: 'http', port: 8080 }],
      endpoints: addresses.map((address) => ({ addresses: [address] })),
    } as KubeObject,
  ];
  const strict = policy(security, 'PeerAuthentication', 'pay', 'default', { mtls: { mode: 'STRICT' } });
  const tls = policy(networking, 'DestinationRule', 'shop', 'tls', {
    host: 'away',
    trafficPolicy: { tls: { mode: 'SIMPLE' } },
  });
  const mesh = meshFrom(
    clusterSnapshot([
      ...[namespace('shop'), namespace('pay'), strict, tls],
      ...[pod('shop', 'web', '10.1.0.1'), pod('pay', 'ledger', '10.1.0.2')],
      ...written('own', '10.1.0.1'),
      ...written('other', '10.1.0.2'),
      ...written('outside', '192.0.2.1'),
      ...written('both', '10.1.0.1', '192.0.2.1', '192.0.2.2'),
      ...written('away', '192.0.2.3'),
      ...written('none'),
    ]),
    '1.31',
  );
  const pairs = pairsOf(mesh);
  expect(pairs).toMatchObject({
    'shop/web > own.shop:80': 'mutual TLS',
    'shop/web > other.shop:80': 'broken: 503',
    'shop/web > outside.shop:80': 'plain text',
    'shop/web > both.shop:80': expect.stringMatching(/33 % mutual TLS/),
    'shop/web > away.shop:80': 'not judged: TLS is sent to shop/192.0.2.3, and what answers there is not known',
    'outsider > away.shop:80': 'plain text',
    'outsider > other.shop:80': 'refused: connection reset',
    'shop/web > none.shop:80': expect.stringContaining('nobody'),
  });
});

test('a gateway sends what its routes lead to a Service, whatever a Sidecar hides', () => {
  const all = [
    ...[namespace('shop'), namespace('pay'), ...app('shop', 'web'), ...app('pay', 'ledger')],
    ...app('shop', 'gate', { annotations: { 'inject.istio.io/templates': 'gateway' } }),
    policy(networking, 'Sidecar', 'shop', 'default', { egress: [{ hosts: ['./*'] }] }),
    policy(networking, 'DestinationRule', 'pay', 'ledger', {
      host: 'ledger',
      subsets: [{ name: 'odd', trafficPolicy: { tls: { mode: 'DISABLE' } } }],
    }),
  ];
  const route = (gateways: string[], subset?: string) =>
    policy(networking, 'VirtualService', 'pay', 'ledger', {
      hosts: ['example.com'],
      gateways,
      http: [
        { route: [{ destination: { host: 'ledger', ...(subset && { subset }) } }] },
        { route: [{ destination: { host: 'other' } }] },
      ],
    });
  const seen = (...more: KubeObject[]) => pairsOf(manifestMesh([...all, ...more]))['shop/gate > ledger.pay:80'];
  expect(seen()).toBe('mutual TLS');
  expect(seen(route(['gate']))).toBe('mutual TLS');
  expect(seen(route(['mesh'], 'odd'))).toBe('mutual TLS');
  expect(seen(route(['gate'], 'odd'))).toMatch(/^not judged: VirtualService pay.ledger .* its subset odd has settings/);
  expect(pairsOf(manifestMesh(all))['shop/web > ledger.pay:80']).toBe('plain text');
});

test('what discoverySelectors leave out is unknown to sidecars, and from 1.22 its policies are, too', () => {
  const mesh = `discoverySelectors: [{ matchLabels: { mesh: 'yes' } }]`;
  const metadata = { name: 'istio', namespace: 'istio-system' };
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { mesh } } as KubeObject;
  const shop = namespace('shop');
  const labelled = { ...shop, metadata: { ...shop.metadata, labels: { ...shop.metadata.labels, mesh: 'yes' } } };
  const tls = { trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } } };
  const all = [
    ...[map, labelled, namespace('old', false), ...app('shop', 'web'), ...app('shop', 'cart'), ...app('old', 'db')],
    policy(networking.replace('v1', 'v1beta1'), 'DestinationRule', 'shop', 'db', {
      host: 'db.old.svc.cluster.local',
      ...tls,
    }),
    policy(networking.replace('v1', 'v1beta1'), 'VirtualService', 'old', 'cart', {
      hosts: ['cart.shop.svc.cluster.local'],
      http: [{ route: [{ destination: { host: 'web.shop.svc.cluster.local' } }] }],
    }),
  ];
  const pairs = pairsOf(manifestMesh(all));
  expect(pairs['shop/web > db.old:80']).toBe('plain text');
  expect(pairs['shop/web > cart.shop:80']).toBe('mutual TLS');
  expect(pairsOf(manifestMesh(all, '1.21'))).toMatchObject({
    'shop/web > db.old:80': 'plain text',
    'shop/web > cart.shop:80': expect.stringMatching(/^not judged: VirtualService old.cart routes/),
  });
  expect(pairsOf(manifestMesh(all.slice(1)))['shop/web > db.old:80']).toBe('broken: 503');
});

test('aliases of the trust domain are named, and change no pair', () => {
  const configured = (mesh: string): KubeObject[] => [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'istio', namespace: 'istio-system' },
      data: { mesh },
    } as KubeObject,
    ...[namespace('shop'), ...app('shop', 'web'), ...app('shop', 'cart')],
  ];
  const domain = 'trustDomain: shop.example\n';
  const with_ = manifestMesh(configured(`${domain}trustDomainAliases: [cluster.local, old.example]\n`));
  const without = manifestMesh(configured(domain));
  const notes =
    'sidecars let in certificates of trust domain shop.example and, by trustDomainAliases, of cluster.local and old.example';
  expect(with_.notes).toContain(notes);
  expect(without.notes.join()).not.toContain('trust domain');
  expect(pairsOf(with_)).toEqual(pairsOf(without));
  expect(pairsOf(with_)['shop/web > cart.shop:80']).toBe('mutual TLS');
});

test('what gets past a sidecar is plain text, and clients do not know it', () => {
  const past = (name: string, value: string) => ({ annotations: { [`traffic.sidecar.istio.io/${name}`]: value } });
  const strict = policy(security, 'PeerAuthentication', 'shop', 'default', { mtls: { mode: 'STRICT' } });
  const some = policy(security, 'AuthorizationPolicy', 'shop', 'some', {
    rules: [{ to: [{ operation: { paths: ['/a'] } }] }],
  });
  const mesh = manifestMesh([
    ...[namespace('shop'), strict, some],
    ...app('shop', 'cart', past('excludeInboundPorts', '9090, 8080')),
    ...app('shop', 'web', past('excludeOutboundPorts', '80')),
    ...app('shop', 'api', past('excludeInboundPorts', '9090')),
  ]);
  expect(pairsOf(mesh)).toMatchObject({
    'outsider > cart.shop:80': 'plain text',
    'shop/api > cart.shop:80': 'broken: 503',
    'shop/web > cart.shop:80': 'plain text',
    'shop/web > api.shop:80': 'broken: connection reset',
    'shop/api > api.shop:80': 'mutual TLS, unless AuthorizationPolicy shop/some refuses it',
  });
});

describe('an AuthorizationPolicy', () => {
  const only = { selector: { matchLabels: { app: 'cart' } } };
  const under = (spec: object): Record<string, string> =>
    pairsOf(
      manifestMesh([
        namespace('shop'),
        ...['web', 'cart', 'api'].flatMap((name) => app('shop', name)),
        policy(security, 'AuthorizationPolicy', 'shop', 'cart', { ...spec, ...only }),
      ]),
    );

  test('refuses clients by who they are, which is no fault', () => {
    expect(under({ rules: [{ from: [{ source: { principals: ['*/sa/web'] } }] }] })).toMatchObject({
      'shop/web > cart.shop:80': 'mutual TLS',
      'shop/api > cart.shop:80': 'refused: 403',
      'outsider > cart.shop:80': 'refused: 403',
      'shop/api > web.shop:80': 'mutual TLS',
    });
  });

  test('refuses all clients by the port of the pods', () => {
    expect(under({ action: 'DENY', rules: [{ to: [{ operation: { ports: ['8080'] } }] }] })).toMatchObject({
      'shop/web > cart.shop:80': 'refused: 403',
      'outsider > cart.shop:80': 'refused: 403',
    });
  });

  test('leaves open whether a request is refused where what is asked decides', () => {
    const rule = { from: [{ source: { principals: ['*/sa/web'] } }], to: [{ operation: { methods: ['GET'] } }] };
    expect(under({ rules: [rule] })).toMatchObject({
      'shop/web > cart.shop:80': 'mutual TLS, unless AuthorizationPolicy shop/cart refuses it',
      'shop/api > cart.shop:80': 'refused: 403',
    });
  });
});

test('before 1.21, an ExternalName whose port declares no protocol is not judged for clients with a sidecar', () => {
  const ports = [
    { name: 'http', port: 80 },
    { name: 'web', port: 8083 },
  ];
  const target = { service: { ports: ports.map((port) => ({ ...port, targetPort: 8080 })) } };
  const spec = { type: 'ExternalName', externalName: 'web.shop.svc.cluster.local', ports };
  const alias = { ...policy('v1', 'Service', 'shop', 'alias', spec) };
  const objects = [namespace('shop'), ...app('shop', 'web', target), alias];
  const of = (istio: string) => pairsOf(manifestMesh(objects, istio));
  expect(of('1.20')['shop/web > alias.shop:8083']).toMatch(/its port 8083 declares no protocol/);
  expect(of('1.20')['shop/web > alias.shop:80']).toBe('plain text');
  expect(of('1.21')['shop/web > alias.shop:8083']).toBe('mutual TLS');
});
