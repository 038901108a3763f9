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
function asked(policies: KubeObject[], protocol: Protocol = 'http'): Expectation[] {
  const world = {
    mesh: mesh('1.31'),
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
    text: 'AuthorizationPolicy apps/deny denies clients without a principal: apps/b refuses the plain text of bare/naked',
  });
});

test.each<[string, KubeObject]>([
  ['ALLOW', authorization('apps/x', { rules: deny.rules })],
  [
    'DENY of one principal',
    authorization('apps/x', { ...deny, rules: [{ from: [{ source: { principals: ['x'] } }] }] }),
  ],
  ['DENY for some paths', authorization('apps/x', { ...deny, rules: [{ ...deny.rules[0], to: [{}] }] })],
  ['a dry run', authorization('apps/x', deny, { 'istio.io/dry-run': 'true' })],
  ['one for a gateway', authorization('apps/x', { ...deny, targetRefs: [{ kind: 'Gateway', name: 'x' }] })],
])('of any other form it is not judged: %s', (_, policy) => {
  const why = ['AuthorizationPolicy apps/x acts on apps/b, and is not a DENY of plain text alone'];
  expect(asked([policy]).map(({ notJudged }) => notJudged)).toEqual([why, why, undefined]);
});
