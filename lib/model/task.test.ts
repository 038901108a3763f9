import { authenticationPolicy, brief, destinationRule, peerAuthentication, taskWorld } from './fixtures.ts';
import { predict } from './predict.ts';
import type { KubeObject, World } from './types.ts';

/** The outputs of istio.io's task Automatic mutual TLS, pair by pair, in the order of its loop. */
const pairs = [
  ['full', 'full'],
  ['full', 'partial'],
  ['full', 'legacy'],
  ['legacy', 'full'],
  ['legacy', 'partial'],
  ['legacy', 'legacy'],
] as const;

const outputs: Record<string, string[]> = {
  'PERMISSIVE, nothing applied': ['m', 'm or p', 'p', 'p', 'p', 'p'],
  'STRICT for httpbin.full': ['m', 'm or p', 'p', '56', 'p', 'p'],
  'DISABLE for httpbin.full': ['p', 'm or p', 'p', 'p', 'p', 'p'],
  'DISABLE, and a rule of ISTIO_MUTUAL for httpbin.full': ['503', 'm or p', 'p', 'p', 'p', 'p'],
};

const httpbin = { selector: { app: 'httpbin' } };
const mutual = destinationRule('full/httpbin-full-mtls', 'httpbin.full.svc.cluster.local', 'ISTIO_MUTUAL');

const today: KubeObject[][] = [
  [],
  [peerAuthentication('full/httpbin', 'STRICT', httpbin)],
  [peerAuthentication('full/httpbin', 'DISABLE', httpbin)],
  [peerAuthentication('full/httpbin', 'DISABLE', httpbin), mutual],
];

const permissiveMesh = authenticationPolicy('default', { peers: [{ mtls: { mode: 'PERMISSIVE' } }] });
const targets = [{ name: 'httpbin' }];
const strict = authenticationPolicy('full/httpbin', { targets, peers: [{ mtls: {} }] });
const disabled = authenticationPolicy('full/httpbin', { targets });

const asInTheTask: KubeObject[][] = [
  [permissiveMesh],
  [permissiveMesh, strict],
  [permissiveMesh, disabled],
  [permissiveMesh, disabled, mutual],
];

function ask(world: World, from: string, to: string) {
  return predict(world, {
    protocol: 'http',
    client: { namespace: from, name: 'sleep' },
    server: { namespace: to, name: 'httpbin', port: 8000 },
  });
}

describe.each([
  { release: '1.31', api: 'PeerAuthentication', steps: today },
  { release: '1.12', api: 'PeerAuthentication', steps: today },
  { release: '1.5', api: 'v1alpha1 Policy', steps: asInTheTask },
  { release: '1.4', api: 'v1alpha1 Policy', steps: asInTheTask },
])('the task on $release by $api', ({ release, steps }) => {
  const rows = Object.entries(outputs).flatMap(([step, cells], i) =>
    pairs.map(([from, to], j) => ({ step, from, to, cell: cells[j] ?? '', policies: steps[i] ?? [] })),
  );

  test.each(rows)('$step: sleep.$from to httpbin.$to is $cell', ({ from, to, cell, policies }) => {
    const expected = release === '1.31' || release === '1.12' ? cell : cell.replace('56', '52/56');
    expect(brief(ask(taskWorld(policies, release), from, to))).toBe(expected);
  });
});

test('the identity is that of sleep.full, and both endpoints of httpbin.partial have their half', () => {
  expect(ask(taskWorld([]), 'full', 'partial').outcomes).toEqual([
    {
      outcome: { kind: 'mtls', identity: 'spiffe://cluster.local/ns/full/sa/sleep' },
      endpoints: ['partial/httpbin'],
      share: 0.5,
    },
    { outcome: { kind: 'plain' }, endpoints: ['partial/httpbin-nosidecar'], share: 0.5 },
  ]);
});

describe('the reasons tell the whole way', () => {
  const told = (policies: KubeObject[], from: string, to: string) =>
    ask(taskWorld(policies), from, to).reasons.map(({ text }) => text);

  test('STRICT: sleep.legacy to httpbin.full', () => {
    expect(told([peerAuthentication('full/httpbin', 'STRICT', httpbin)], 'legacy', 'full')).toEqual([
      'PeerAuthentication full/httpbin selects app=httpbin and sets STRICT: plain text is reset',
      'legacy/sleep has no sidecar: it speaks plain text, whatever the policies',
      'full/httpbin takes mutual TLS alone: the plain text of legacy/sleep is reset',
    ]);
  });

  test('PERMISSIVE: sleep.full to httpbin.partial', () => {
    expect(told([], 'full', 'partial')).toEqual([
      'No PeerAuthentication applies to partial/httpbin: it is PERMISSIVE, mutual TLS and plain text are accepted',
      'partial/httpbin-nosidecar has no sidecar: no policy acts on it, and it accepts only plain text',
      'Auto mTLS sends mutual TLS to partial/httpbin: its pods have a sidecar',
      'Auto mTLS sends plain text to partial/httpbin-nosidecar: its pods do not announce mutual TLS',
      'partial/httpbin accepts mutual TLS and sees spiffe://cluster.local/ns/full/sa/sleep',
      'partial/httpbin-nosidecar accepts plain text and sees no client certificate',
    ]);
  });

  test('the rule of ISTIO_MUTUAL: sleep.full to httpbin.full', () => {
    const policies = [peerAuthentication('full/httpbin', 'DISABLE', httpbin), mutual];
    expect(told(policies, 'full', 'full')).toEqual([
      'PeerAuthentication full/httpbin selects app=httpbin and sets DISABLE: plain text alone is taken',
      "DestinationRule full/httpbin-full-mtls for host httpbin.full.svc.cluster.local applies: it is in the client's namespace, which is looked at first",
      'DestinationRule full/httpbin-full-mtls sets ISTIO_MUTUAL: mutual TLS is sent to every endpoint, with a sidecar or without',
      'full/httpbin accepts only plain text: mutual TLS from full/sleep fails',
    ]);
  });
});
