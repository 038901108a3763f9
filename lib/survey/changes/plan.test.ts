import { stringify } from 'yaml';
import type { KubeObject } from '../../model/types.ts';
import { bazaar } from '../../test/live/bazaar-fixtures.ts';
import {
  app,
  clusterSnapshot,
  ingress,
  manifestMesh,
  namespace,
  networking,
  pairsOf,
  policy,
  security,
} from '../fixtures.ts';
import { meshFrom } from '../mesh/mesh.ts';
import { nameOfServer } from '../pairs/servers.ts';
import { readManifests } from '../read/files.ts';
import type { Snapshot } from '../snapshot.ts';
import { clientNames } from '../views/words.ts';
import type { PairChange } from './compare.ts';
import type { Edit } from './overlay.ts';
import { type Plan, planBetween, planOf } from './plan.ts';
import { nearerPolicies, strictEdit } from './strict-edit.ts';

const manifests = (objects: readonly KubeObject[], file = 'mesh.yaml'): Snapshot =>
  readManifests([{ file, text: objects.map((object) => stringify(object)).join('---\n') }]);

const planWith = (now: readonly KubeObject[], edit: Partial<Edit> & { objects?: readonly KubeObject[] }): Plan => {
  const { objects, remove = [] } = edit;
  return planOf(manifests(now), { apply: objects && manifests(objects, 'new.yaml'), remove }, '1.31');
};

const pairsIn = ({ how, clients, servers, before, after }: PairChange): string[] =>
  clients.flatMap(({ name }) =>
    servers.map((server) => `${how} ${name} > ${nameOfServer(server)}: ${before} → ${after}`),
  );

const changesIn = ({ comparison }: Plan): string[] => comparison.pairs.flatMap(pairsIn);

const mode = (where: string, name: string, its: string, selector?: object): KubeObject =>
  policy(security, 'PeerAuthentication', where, name, { mtls: { mode: its }, ...(selector && { selector }) });
const rule = (where: string, name: string, tls: string): KubeObject =>
  policy(networking, 'DestinationRule', where, name, {
    host: `${name}.${where}.svc.cluster.local`,
    trafficPolicy: { tls: { mode: tls } },
  });

const shop = [
  namespace('shop'),
  namespace('legacy', false),
  ...app('shop', 'web'),
  ...app('shop', 'cart'),
  ...app('legacy', 'old'),
];

test('STRICT breaks who has no sidecar, and shuts the outsider out', () => {
  const plan = planWith(shop, { objects: [mode('shop', 'default', 'STRICT')] });
  expect(changesIn(plan)).toEqual([
    'breaks legacy/old > web.shop:80: plain text → refused: connection reset',
    'breaks legacy/old > cart.shop:80: plain text → refused: connection reset',
    'shuts outsider > web.shop:80: plain text → refused: connection reset',
    'shuts outsider > cart.shop:80: plain text → refused: connection reset',
  ]);
  expect(plan.comparison).toMatchObject({ compared: 12, notJudged: 0, added: 0, removed: 0 });
  expect(plan.deltas).toEqual([
    {
      name: 'PeerAuthentication shop/default',
      kind: 'PeerAuthentication',
      action: 'created',
      place: { file: 'new.yaml', line: 1 },
    },
  ]);
});

test('the outsider counts where a Service is made for clients outside of the mesh', () => {
  const open = [
    namespace('shop'),
    ...app('shop', 'web', { service: { type: 'LoadBalancer' } }),
    ...app('shop', 'cart'),
  ];
  expect(changesIn(planWith(open, { objects: [mode('shop', 'default', 'STRICT')] }))).toEqual([
    'breaks outsider > web.shop:80: plain text → refused: connection reset',
    'shuts outsider > cart.shop:80: plain text → refused: connection reset',
  ]);
});

describe('the outsider counts at what an Ingress leads to', () => {
  const web = { name: 'web', port: { number: 80 } };
  const annotated = (value: string): KubeObject => {
    const one = ingress('shop', web);
    return { ...one, metadata: { ...one.metadata, annotations: { 'kubernetes.io/ingress.class': value } } };
  };
  test.each<[string, KubeObject, boolean]>([
    ['by the number of a port', ingress('shop', web), true],
    ['by its name', ingress('shop', { name: 'web', port: { name: 'http' } }), true],
    ['where no rule fits', ingress('shop', web, { rules: [], defaultBackend: { service: web } }), true],
    ['of a class', ingress('shop', web, { ingressClassName: 'nginx' }), true],
    ['of a class by annotation', annotated('nginx'), true],
    ['but of that of the mesh’s gateways', ingress('shop', web, { ingressClassName: 'istio' }), false],
    ['but of that by annotation', annotated('istio'), false],
    ['but by another port', ingress('shop', { name: 'web', port: { number: 81 } }), false],
    ['but by another name of a port', ingress('shop', { name: 'web', port: { name: 'admin' } }), false],
    ['but to another Service', ingress('shop', { ...web, name: 'other' }), false],
    ['but in another namespace', ingress('legacy', web), false],
  ])('%s: %s', (_, object, isMeant) => {
    const mesh = [namespace('shop'), ...app('shop', 'web'), object];
    expect(changesIn(planWith(mesh, { objects: [mode('shop', 'default', 'STRICT')] }))).toEqual([
      `${isMeant ? 'breaks' : 'shuts'} outsider > web.shop:80: plain text → refused: connection reset`,
    ]);
  });
});

test.each<[string, KubeObject[], { objects?: KubeObject[]; remove?: Edit['remove'] }, string]>([
  [
    'DISABLE takes mutual TLS away',
    shop,
    { objects: [mode('shop', 'default', 'DISABLE')] },
    'loses shop/cart > web.shop:80: mutual TLS → plain text',
  ],
  [
    'PERMISSIVE in place of STRICT opens',
    [...shop, mode('shop', 'default', 'STRICT')],
    { objects: [mode('shop', 'default', 'PERMISSIVE')] },
    'opens legacy/old > web.shop:80: refused: connection reset → plain text',
  ],
  [
    'a policy that is deleted gives mutual TLS back',
    [...shop, mode('shop', 'default', 'DISABLE')],
    { remove: [{ kind: 'peerauthentication', namespace: 'shop', name: 'default' }] },
    'gains shop/cart > web.shop:80: plain text → mutual TLS',
  ],
  [
    'a rule against STRICT breaks',
    [...shop, mode('shop', 'default', 'STRICT')],
    { objects: [rule('shop', 'web', 'DISABLE')] },
    'breaks shop/cart > web.shop:80: mutual TLS → broken: 503',
  ],
  [
    'what is not judged afterwards may break',
    shop,
    { objects: [policy('networking.istio.io/v1alpha3', 'EnvoyFilter', 'shop', 'x', {})] },
    'unsure shop/cart > web.shop:80: mutual TLS → not judged: EnvoyFilter shop/x acts on shop/web: it can change any request and answer of sidecars (and 1 more reasons)',
  ],
  [
    'an account is an identity',
    shop,
    {
      objects: app('shop', 'cart', { pod: { serviceAccountName: 'other' } }),
    },
    'other shop/other > web.shop:80: mutual TLS → mutual TLS',
  ],
])('%s', (_, now, edit, expected) => {
  const changes = changesIn(planWith(now, edit));
  expect(changes.map((one) => one.replace(/not judged: .*/, 'not judged'))).toContain(
    expected.replace(/not judged: .*/, 'not judged'),
  );
});

test('new pairs and those that are gone break nothing; a Service without pods does', () => {
  const added = planWith(shop, { objects: app('shop', 'pay') });
  expect(added.comparison).toMatchObject({ pairs: [], added: 5 * 4 - 12, removed: 0 });
  const gone = planWith(shop, { remove: [{ kind: 'Service', namespace: 'shop', name: 'web' }] });
  expect(gone.comparison).toMatchObject({ pairs: [], removed: 4 });
  const empty = planWith(shop, { remove: [{ kind: 'Deployment', namespace: 'shop', name: 'web' }] });
  expect(changesIn(empty)).toContain('breaks shop/cart > web.shop:80: mutual TLS → nobody there: no pod serves it');
});

test.each(['shop', 'pay', 'legacy', 'data', 'edge'])(
  'what changes when %s becomes STRICT is what differs between the two meshes',
  (where) => {
    const strict = mode(where, 'a-newer', 'STRICT');
    const plan = planWith(bazaar, { objects: [strict] });
    const before = pairsOf(manifestMesh(bazaar));
    const after = pairsOf(manifestMesh([...bazaar, strict]));
    // Which reasons there are not to judge a pair is no answer.
    const wordsOf = (words = ''): string => words.replace(/^not judged: .*/, 'not judged');
    const differing = Object.keys(before).filter((pair) => wordsOf(before[pair]) !== wordsOf(after[pair]));
    const changing = plan.comparison.pairs.flatMap(({ clients, servers }) =>
      clients.flatMap(({ name }) => servers.map((server) => `${name.replace(/ \(.*/, '')} > ${nameOfServer(server)}`)),
    );
    expect(new Set(changing)).toEqual(new Set(differing));
  },
);

test('who does it: what the reasons name, or what does the same alone', () => {
  const plan = planWith(shop, {
    objects: [
      mode('shop', 'default', 'STRICT'),
      rule('legacy', 'old', 'DISABLE'),
      ...app('shop', 'web', { sidecar: false }),
    ],
  });
  const causes = Object.fromEntries(
    [...plan.causes].flatMap(([pair, deltas]) =>
      pairsIn(pair).map((words) => [words.replace(/:80: .*/, ''), deltas.map(({ name }) => name)]),
    ),
  );
  expect(causes['breaks legacy/old > cart.shop']).toEqual(['PeerAuthentication shop/default']);
  expect(causes['loses shop/cart > web.shop']).toEqual(['Deployment shop/web']);
});

test('the order in which nothing is lost: first the clients, then STRICT', () => {
  const now = [...shop, mode('shop', 'default', 'PERMISSIVE'), rule('shop', 'web', 'DISABLE')];
  const plan = planWith(now, {
    objects: [mode('shop', 'default', 'STRICT')],
    remove: [{ kind: 'DestinationRule', namespace: 'shop', name: 'web' }],
  });
  expect(plan.order).toMatchObject({
    found: 'order',
    steps: [
      { delta: { name: 'DestinationRule shop/web', action: 'deleted' }, race: false },
      { delta: { name: 'PeerAuthentication shop/default', action: 'changed' }, race: false },
    ],
  });
});

test('from DISABLE to STRICT is a race, as transitions measured; no order of two helps where each alone refuses', () => {
  const disabled = [...shop, mode('shop', 'default', 'DISABLE')];
  const race = planWith(disabled, { objects: [mode('shop', 'default', 'STRICT')] });
  expect(race.order).toMatchObject({ found: 'order', steps: [{ race: true }] });
  const permissive = planWith(shop, { objects: [mode('shop', 'default', 'STRICT')] });
  expect(permissive.order).toMatchObject({ found: 'order', steps: [{ race: false }] });
  // Clients send mutual TLS by a rule, and the server takes plain text alone, or the other way round.
  const forced = [...shop, mode('shop', 'default', 'STRICT'), rule('shop', 'web', 'ISTIO_MUTUAL')];
  const both = planWith(forced, {
    objects: [mode('shop', 'default', 'DISABLE'), rule('shop', 'web', 'DISABLE')],
  });
  expect(both.order).toEqual({ found: 'none' });
});

test('from one folder to another, with what is the same left out', () => {
  const old = [...shop, mode('shop', 'default', 'STRICT'), rule('shop', 'cart', 'DISABLE')];
  const plan = planBetween(manifests(old), manifests([...shop, mode('shop', 'default', 'STRICT')]), '1.31');
  expect(plan.deltas.map(({ name, action }) => `${action} ${name}`)).toEqual(['deleted DestinationRule shop/cart']);
  expect(changesIn(plan)).toContain('gains shop/web > cart.shop:80: broken: 503 → mutual TLS');
});

test('what is to be deleted must be there, and not be applied as well', () => {
  const remove = [{ kind: 'PeerAuthentication', namespace: 'shop', name: 'defalt' }];
  expect(() => planWith([...shop, mode('shop', 'default', 'STRICT')], { remove })).toThrow(
    '--delete: there is no PeerAuthentication shop/defalt in mesh.yaml. Of this kind there are PeerAuthentication shop/default.',
  );
  expect(() =>
    planWith([...shop, mode('shop', 'x', 'STRICT')], {
      objects: [mode('shop', 'x', 'DISABLE')],
      remove: [{ kind: 'PeerAuthentication', namespace: 'shop', name: 'x' }],
    }),
  ).toThrow('--delete: PeerAuthentication shop/x is applied by -f, too');
});

test('STRICT for a namespace, or for the mesh, in which nearer policies stay', () => {
  const now = [
    ...shop,
    mode('shop', 'a', 'PERMISSIVE'),
    mode('shop', 'b', 'DISABLE', { matchLabels: { app: 'cart' } }),
  ];
  const mesh = manifestMesh(now);
  const own = planOf(manifests(now), strictEdit(mesh, 'shop'), '1.31');
  expect(own.deltas.map(({ name, action }) => `${action} ${name}`)).toEqual(['changed PeerAuthentication shop/a']);
  const whole = planOf(manifests(now), strictEdit(mesh, 'mesh'), '1.31');
  expect(whole.deltas.map(({ name }) => name)).toEqual(['PeerAuthentication istio-system/default']);
  expect(changesIn(whole)).toEqual([]);
  expect(nearerPolicies(mesh, 'mesh')[0]).toContain('shop/a (PERMISSIVE) and shop/b (DISABLE)');
  expect(() => strictEdit(mesh, 'shopp')).toThrow(
    '--strict: there is no namespace shopp in mesh.yaml. There are legacy, shop',
  );
});

describe('over a cluster', () => {
  const proxy = { name: 'istio-proxy', args: ['proxy', 'sidecar'] };
  const pod = (where: string, name: string, sidecar: boolean): KubeObject =>
    ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: `${name}-1`,
        namespace: where,
        labels: { app: name, 'pod-template-hash': '1', ...(sidecar && { 'security.istio.io/tlsMode': 'istio' }) },
        ownerReferences: [{ kind: 'ReplicaSet', name: `${name}-1`, controller: true }],
      },
      spec: {
        serviceAccountName: name,
        containers: [{ name: 'main', ports: [{ name: 'web', containerPort: 8080 }] }, ...(sidecar ? [proxy] : [])],
      },
      status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
    }) as KubeObject;
  const service = (where: string, name: string): KubeObject => {
    const [, found] = app(where, name, { service: { clusterIP: '10.0.0.1', sessionAffinity: 'None' } });
    return found as KubeObject;
  };
  const running = clusterSnapshot([
    namespace('shop'),
    pod('shop', 'web', true),
    pod('shop', 'cart', true),
    service('shop', 'web'),
    service('shop', 'cart'),
  ]);

  test('a Service that is there as it is applied is no change, and keeps its address', () => {
    const [, again] = app('shop', 'web') as [KubeObject, KubeObject];
    const stored = clusterSnapshot([
      namespace('shop'),
      pod('shop', 'web', true),
      app('shop', 'web', {
        service: {
          clusterIP: '10.0.0.1',
          ports: [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP', nodePort: 30_000 }],
        },
      })[1] as KubeObject,
    ]);
    expect(planOf(stored, { apply: manifests([again]), remove: [] }, '1.31').deltas).toEqual([]);
  });

  test('a workload that is applied is as its manifest has it, in place of its pods', () => {
    const [deployment] = app('shop', 'web', { sidecar: false }) as [KubeObject];
    const plan = planOf(running, { apply: manifests([deployment], 'web.yaml'), remove: [] }, '1.31');
    expect(plan.deltas).toMatchObject([
      { name: 'Deployment shop/web', action: 'applied', place: { file: 'web.yaml' } },
    ]);
    expect(changesIn(plan)).toContain('loses shop/cart > web.shop:80: mutual TLS → plain text');
    expect(plan.comparison).toMatchObject({ added: 0, removed: 0 });
  });

  test('with a workload that is deleted go its pods', () => {
    const remove = [{ kind: 'Deployment', namespace: 'shop', name: 'web' }];
    const plan = planOf(running, { remove }, '1.31');
    expect(plan.deltas).toEqual([{ name: 'Deployment shop/web', kind: 'Deployment', action: 'deleted' }]);
    expect(changesIn(plan)).toContain('breaks shop/cart > web.shop:80: mutual TLS → nobody there: no pod serves it');
  });

  test('a policy that is changed stays as old as it is', () => {
    const aged = (object: KubeObject, at: string): KubeObject => ({
      ...object,
      metadata: { ...object.metadata, creationTimestamp: at },
    });
    const objects = [...[...running.objects.values()].flat()];
    const now = clusterSnapshot([
      ...objects,
      aged(mode('shop', 'z', 'PERMISSIVE'), '2020-01-01T00:00:00Z'),
      aged(mode('shop', 'a', 'DISABLE'), '2021-01-01T00:00:00Z'),
    ]);
    const plan = planOf(now, { apply: manifests([mode('shop', 'z', 'STRICT')]), remove: [] }, '1.31');
    expect(meshFrom(now, '1.31').policies).toHaveLength(2);
    expect(changesIn(plan)).toContain('shuts outsider > web.shop:80: plain text → refused: connection reset');
  });

  test('labels of a namespace act on pods that are made later, which is said', () => {
    const bare = namespace('shop', false);
    const labels = { 'istio-injection': 'disabled' };
    const apply = manifests([{ ...bare, metadata: { ...bare.metadata, labels } }]);
    const plan = planOf(running, { apply, remove: [] }, '1.31');
    expect(plan.comparison.pairs).toEqual([]);
    expect(plan.notes.join()).toContain('Namespace shop changes: who gets a sidecar');
  });
});

test('clients of one account are named as check names them', () => {
  const shared = { pod: { serviceAccountName: 'shared' } };
  const four = ['a', 'b', 'c', 'd'].flatMap((name) => app('shop', name, shared));
  const objects = [namespace('shop'), ...four, ...app('shop', 'old', { ...shared, sidecar: false })];
  const { before, comparison } = planWith(objects, { objects: [mode('shop', 'default', 'STRICT')] });
  const names = comparison.parties.map(({ name }) => name);
  expect(names).toContain('shop/shared (a, b, c and 1 more)');
  expect(names.toSorted()).toEqual([...clientNames(before.clients).values()].toSorted());
});
