import type { Expectation, Protocol } from '../expected.ts';
import { brief, mesh, peerAuthentication, service, workload } from '../fixtures.ts';
import { predict } from '../predict.ts';
import type { KubeObject } from '../types.ts';

const deny = { action: 'DENY', rules: [{ from: [{ source: { notPrincipals: ['*'] } }] }] };

function authorization(path: string, spec: object = deny, annotations: Record<string, string> = {}): KubeObject {
  const [namespace = '', name = ''] = path.split('/');
  const metadata = { namespace, name, annotations };
  return { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata, spec } as KubeObject;
}

/** Asks from a client with a sidecar, one without, and one without of a server that has none. */
function asked(policies: KubeObject[], protocol: Protocol = 'http', own = mesh('1.31')): Expectation[] {
  const world = {
    mesh: own,
    workloads: [
      workload('apps/a'),
      workload('apps/b'),
      workload('bare/naked', { sidecar: false }),
      workload('bare/c', { sidecar: false }),
    ],
    services: [service('apps/b'), service('bare/c')],
    policies,
  };
  return (
    [
      ['apps/a', 'apps/b'],
      ['bare/naked', 'apps/b'],
      ['bare/naked', 'bare/c'],
    ] as const
  ).map(([from, to]) => {
    const [client, server] = [from, to].map((path) => {
      const [namespace = '', name = ''] = path.split('/');
      return { namespace, name };
    }) as [{ namespace: string; name: string }, { namespace: string; name: string }];
    return predict(world, { protocol, client, server: { ...server, port: 8000 } });
  });
}

test.each<[string, KubeObject[], string[]]>([
  ['in the server’s namespace', [authorization('apps/deny')], ['m', '403', 'p']],
  ['for the whole mesh', [authorization('istio-system/deny')], ['m', '403', 'p']],
  ['in another namespace', [authorization('bare/deny')], ['m', 'p', 'p']],
  [
    'for the server’s labels',
    [authorization('apps/deny', { ...deny, selector: { matchLabels: { app: 'b' } } })],
    ['m', '403', 'p'],
  ],
  [
    'for other labels',
    [authorization('apps/deny', { ...deny, selector: { matchLabels: { app: 'a' } } })],
    ['m', 'p', 'p'],
  ],
  [
    'besides STRICT, which comes first',
    [authorization('apps/deny'), peerAuthentication('apps/default', 'STRICT')],
    ['m', '56', 'p'],
  ],
  [
    'besides DISABLE, with which all is plain text',
    [authorization('apps/deny'), peerAuthentication('apps/default', 'DISABLE')],
    ['403', '403', 'p'],
  ],
])('DENY of plain text %s', (_, policies, expected) => {
  const expectations = asked(policies);
  expect(expectations.map(brief)).toEqual(expected);
  expect(expectations.flatMap(({ notJudged = [] }) => notJudged)).toEqual([]);
});

test.each<[Protocol, string[]]>([
  ['grpc', ['m', '403']],
  ['tcp', ['m', '52/56']],
])('over %s', (protocol, expected) => {
  expect(
    asked([authorization('apps/deny')], protocol)
      .map(brief)
      .slice(0, 2),
  ).toEqual(expected);
});

test('the reason names the policy', () => {
  const [, { reasons = [] } = {}] = asked([authorization('apps/deny')]);
  expect(reasons.at(-1)).toMatchObject({
    rule: 'result.plain-text-denied',
    object: 'AuthorizationPolicy apps/deny',
    text: 'AuthorizationPolicy apps/deny denies what has no identity: apps/b refuses the plain text of bare/naked',
  });
});

const from = (...sources: object[]) => ({ from: sources.map((source) => ({ source })) });
const to = (...operations: object[]) => ({ to: operations.map((operation) => ({ operation })) });
const when = (key: string, lists: object) => ({ when: [{ key, ...lists }] });
const allow = (...rules: object[]) => authorization('apps/allow', { rules });
const denied = (...rules: object[]) => authorization('apps/deny', { action: 'DENY', rules });
const me = 'cluster.local/ns/apps/sa/a';

// Of apps/a over mutual TLS, of bare/naked in plain text, to port 80 of apps/b.
test.each<[string, KubeObject[], [string, string]]>([
  ['ALLOW without rules', [allow()], ['403', '403']],
  ['ALLOW of everything', [allow({})], ['m', 'p']],
  ['DENY without rules', [denied()], ['m', 'p']],
  ['DENY of everything', [denied({})], ['403', '403']],
  ['ALLOW of the client', [allow(from({ principals: [me] }))], ['m', '403']],
  ['ALLOW of another', [allow(from({ principals: ['cluster.local/ns/apps/sa/other'] }))], ['403', '403']],
  ['ALLOW of two, in two rules', [allow(from({ principals: ['x'] }), from({ principals: [me] }))], ['m', '403']],
  [
    'ALLOW of two, in two policies',
    [allow(from({ principals: ['x'] })), allow(from({ principals: [me] }))],
    ['m', '403'],
  ],
  ['ALLOW and DENY of the client', [allow({}), denied(from({ principals: [me] }))], ['403', 'p']],
  ['whoever has an identity', [allow(from({ principals: ['*'] }))], ['m', '403']],
  ['the beginning of an identity', [allow(from({ principals: ['cluster.local/ns/apps/*'] }))], ['m', '403']],
  ['the end of an identity', [allow(from({ principals: ['*/ns/apps/sa/a'] }))], ['m', '403']],
  ['an identity with a star in it', [allow(from({ principals: ['cluster.local/ns/*/sa/a'] }))], ['403', '403']],
  ['an account with a star', [allow(from({ serviceAccounts: ['apps/*'] }))], ['403', '403']],
  ['empty lists', [allow(from({ principals: [], namespaces: ['apps'] }))], ['m', '403']],
  ['an identity with its scheme', [allow(from({ principals: [`spiffe://${me}`] }))], ['403', '403']],
  ['all but an identity', [allow(from({ notPrincipals: [me] }))], ['403', 'p']],
  ['a namespace', [allow(from({ namespaces: ['apps'] }))], ['m', '403']],
  ['namespaces', [allow(from({ namespaces: ['ap*s'] }))], ['m', '403']],
  ['all but a namespace', [denied(from({ notNamespaces: ['apps'] }))], ['m', '403']],
  ['an account of the policy’s namespace', [allow(from({ serviceAccounts: ['a'] }))], ['m', '403']],
  ['an account of another', [allow(from({ serviceAccounts: ['bare/a'] }))], ['403', '403']],
  ['all lists of a source', [allow(from({ principals: [me], namespaces: ['bare'] }))], ['403', '403']],
  ['any of the sources', [allow(from({ namespaces: ['bare'] }, { principals: [me] }))], ['m', '403']],
  ['the port of the pods', [allow(to({ ports: ['80'] }))], ['m', 'p']],
  ['the port of the Service', [allow(to({ ports: ['8000'] }))], ['403', '403']],
  ['all but a port', [denied(to({ notPorts: ['80'] }))], ['m', 'p']],
  ['a condition on the identity', [allow(when('source.principal', { values: [me] }))], ['m', '403']],
  ['one on what it is not', [allow(when('source.namespace', { notValues: ['apps'] }))], ['403', 'p']],
  ['one on the port', [denied(when('destination.port', { values: ['80'] }))], ['403', '403']],
  [
    'paths for somebody else',
    [allow(from({ principals: [me] }), { ...from({ namespaces: ['x'] }), ...to({ paths: ['/a'] }) })],
    ['m', '403'],
  ],
  [
    'CUSTOM for somebody else',
    [authorization('apps/x', { action: 'CUSTOM', rules: [from({ namespaces: ['x'] })] })],
    ['m', 'p'],
  ],
  ['AUDIT', [authorization('apps/x', { action: 'AUDIT', rules: [{}] })], ['m', 'p']],
  ['a dry run', [authorization('apps/x', { rules: [] }, { 'istio.io/dry-run': 'true' })], ['m', 'p']],
  [
    'one for a gateway',
    [authorization('apps/x', { rules: [], targetRefs: [{ kind: 'Gateway', name: 'x' }] })],
    ['m', 'p'],
  ],
])('it is known of clients: %s', (_, policies, expected) => {
  const expectations = asked(policies).slice(0, 2);
  expect(expectations.map(brief)).toEqual(expected);
  expect(expectations.flatMap(({ notJudged = [] }) => notJudged)).toEqual([]);
});

test.each<[string, KubeObject[], [string, string]]>([
  ['ALLOW of paths is for nobody', [allow(to({ paths: ['/a'] }))], ['52/56', '52/56']],
  ['DENY of paths is for all', [denied(to({ paths: ['/a'] }))], ['52/56', '52/56']],
  [
    'DENY of a client’s paths is for all of it',
    [denied({ ...from({ principals: [me] }), ...to({ paths: ['/a'] }) })],
    ['52/56', 'p'],
  ],
  ['ALLOW of the client', [allow(from({ principals: [me] }))], ['m', '52/56']],
  ['empty paths are none', [allow(to({ paths: [], ports: ['80'] }))], ['m', 'p']],
])('over TCP, which has no paths: %s', (_, policies, expected) => {
  expect(asked(policies, 'tcp').slice(0, 2).map(brief)).toEqual(expected);
});

test.each<[string, object, boolean]>([
  ['the mesh’s own', { principals: ['td/ns/apps/sa/a'] }, true],
  ['cluster.local, which stands for it', { principals: ['cluster.local/ns/apps/sa/a'] }, true],
  ['an alias', { principals: ['old/ns/apps/sa/a'] }, true],
  ['an alias that is a pattern', { principals: ['a-x/ns/apps/sa/a'] }, true],
  ['another', { principals: ['other/ns/apps/sa/a'] }, false],
])('trust domains in principals: %s', (_, source, isAllowed) => {
  const own = { ...mesh('1.31'), trustDomain: 'td', trustDomainAliases: ['old', '*-x'] };
  expect(
    asked([allow(from(source))], 'http', own)
      .slice(0, 1)
      .map(brief),
  ).toEqual([isAllowed ? 'm' : '403']);
});

test.each<[string, KubeObject, [boolean, boolean]]>([
  ['ALLOW of paths', allow(to({ paths: ['/a'] })), [true, true]],
  ['ALLOW of a client’s methods', allow({ ...from({ principals: [me] }), ...to({ methods: ['GET'] }) }), [true, false]],
  ['DENY of addresses', denied(from({ ipBlocks: ['10.0.0.0/8'] })), [true, true]],
  ['CUSTOM', authorization('apps/x', { action: 'CUSTOM', rules: [{}] }), [true, true]],
  ['two stars', allow(from({ principals: ['*/ns/*'] })), [true, false]],
  ['what an API server refuses: an action', authorization('apps/x', { action: 'deny', rules: [{}] }), [true, true]],
  ['what an API server refuses: a text', allow({ from: [{ source: { principals: me } }] }), [true, true]],
  ['a condition that is not known', denied(when('request.headers[a]', { values: ['b'] })), [true, true]],
])('what is asked decides: %s', (_, policy, open) => {
  const why = [
    `what is asked decides whether AuthorizationPolicy ${policy.metadata.namespace}/${policy.metadata.name} refuses it`,
  ];
  const expected = open.map((is) => (is ? why : undefined));
  expect(
    asked([policy])
      .slice(0, 2)
      .map(({ notJudged }) => notJudged),
  ).toEqual(expected);
});

test('before 1.10 there was no dry run', () => {
  const tried = authorization('apps/x', { rules: [] }, { 'istio.io/dry-run': 'true' });
  expect(asked([tried], 'http', mesh('1.9')).map(brief)).toEqual(['403', '403', 'p']);
});

test('what refuses bytes and what refuses HTTP is open where Services declare both for a port of the pods', () => {
  const world = (policy: KubeObject) => ({
    mesh: mesh('1.31'),
    workloads: [workload('apps/a'), workload('apps/b')],
    services: [
      service('apps/b'),
      service('apps/bytes', { selector: { app: 'b' }, ports: [{ name: 'tcp', port: 9000, targetPort: 80 }] }),
    ],
    policies: [policy],
  });
  const client = { namespace: 'apps', name: 'a' };
  const of = (policy: KubeObject) =>
    predict(world(policy), { protocol: 'tcp', client, server: { namespace: 'apps', name: 'bytes', port: 9000 } });
  expect(of(denied(to({ paths: ['/a'] }))).notJudged).toEqual([
    'what is asked decides whether AuthorizationPolicy apps/deny refuses it',
  ]);
  expect(of(allow({})).notJudged).toBeUndefined();
});

test('before 1.25 accounts were not read', () => {
  const [first] = asked([allow(from({ serviceAccounts: ['a'] }))], 'http', mesh('1.24'));
  expect(first?.notJudged).toEqual([expect.stringContaining('what is asked decides')]);
});

test.each<[KubeObject, string, string]>([
  [
    allow(),
    'result.identity-denied',
    'AuthorizationPolicy apps/allow does not allow spiffe://cluster.local/ns/apps/sa/a: apps/b refuses the requests of apps/a',
  ],
  [
    denied({}),
    'result.identity-denied',
    'AuthorizationPolicy apps/deny denies spiffe://cluster.local/ns/apps/sa/a: apps/b refuses the requests of apps/a',
  ],
  [
    allow(from({ serviceAccounts: ['x'] })),
    'result.account-denied',
    'AuthorizationPolicy apps/allow does not allow spiffe://cluster.local/ns/apps/sa/a: apps/b refuses the requests of apps/a',
  ],
])('the reason says whom the policy refuses', (policy, rule, text) => {
  const [{ reasons = [] } = {}] = asked([policy]);
  expect(reasons.at(-1)).toMatchObject({ rule, text });
});
