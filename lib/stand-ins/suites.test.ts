import type { KubeObject } from '../model/types.ts';
import { parseRelease } from '../model/world/release.ts';
import type { Step, Suite } from '../scenario/suite.ts';
import { idOf } from '../scenario/traffic.ts';
import { app, namespace, networking, policy, security } from '../survey/fixtures.ts';
import { manifestsOf } from './fixtures.ts';
import { ownMesh } from './own-mesh.ts';
import { ownSuites, snapshotsOf } from './suites.ts';

const shop = [namespace('shop'), ...app('shop', 'web')];
const peers = (where: string, name: string, mode: string): KubeObject =>
  policy(security, 'PeerAuthentication', where, name, { mtls: { mode } });
const strict = peers('shop', 'default', 'STRICT');

/** Returns the suites of manifests, and of what is laid over them. */
function suitesOf(
  objects: KubeObject[],
  { over = [], mutual = false }: { over?: KubeObject[][]; mutual?: boolean } = {},
) {
  const manifests = manifestsOf(objects);
  const own = ownMesh(manifests, { name: 'shop' });
  const thens = over.map((then, index) => manifestsOf(then, `then-${index + 1}.yaml`));
  return { own, suites: ownSuites({ own, manifests, over: thens, mutual: mutual ? own.traffic : undefined }) };
}
const manifestsSuite = (suites: Suite[]): Suite => suites[1] as Suite;
/** Returns the steps in words, each with the objects that it applies, by their modes if they have one. */
const told = ({ steps }: Suite): string[] =>
  steps.map((step) => {
    if (step.kind === 'check') return step.check;
    const modes = step.objects.map((object) => {
      const { metadata, spec } = object as KubeObject & { spec: { mtls?: { mode: string } } };
      return `${metadata.name} ${spec.mtls?.mode ?? ''}`.trim();
    });
    return [step.title, ...modes].join(', ');
  });

test('a run applies nothing, all, what is laid over it and is removed again, and nothing', () => {
  const { suites } = suitesOf([...shop, strict], {
    over: [[peers('shop', 'default', 'DISABLE')], [peers('shop', 'more', 'PERMISSIVE')]],
    mutual: true,
  });
  expect(suites.map(({ name }) => name)).toEqual(['setup', 'manifests', 'cleanup']);
  expect(told(manifestsSuite(suites))).toEqual([
    'nothing applied',
    'impostors',
    'all of shop.yaml, default STRICT',
    'strangers',
    'mutual',
    // What is laid over takes the place of what has its name.
    'then-1.yaml over it, default DISABLE',
    'strangers',
    'mutual',
    'then-1.yaml removed, default STRICT',
    'then-2.yaml over it, default STRICT, more PERMISSIVE',
    'strangers',
    'mutual',
    'then-2.yaml removed, default STRICT',
    'all removed',
  ]);
});

test('no two steps of a run have one title', () => {
  const { suites } = suitesOf([...shop, strict], { over: [[peers('shop', 'default', 'DISABLE')]], mutual: true });
  const titles = suites.flatMap(({ steps }) => steps.map(({ title }) => title));
  expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
});

test('without policies it has no step for them, and asks strangers all the same', () => {
  expect(told(manifestsSuite(suitesOf(shop).suites))).toEqual([
    'nothing applied',
    'impostors',
    'strangers',
    'all removed',
  ]);
});

test('a step applies rules without limits of requests', () => {
  const tls = { mode: 'DISABLE' };
  const rule = (more: object) =>
    policy(networking, 'DestinationRule', 'shop', 'web', { host: 'web', trafficPolicy: { tls, ...more } });
  const { suites, own } = suitesOf([...shop, rule({ connectionPool: { tcp: { maxConnections: 1 } } })]);
  const applied = manifestsSuite(suites).steps.flatMap((step) => (step.kind === 'ask' ? step.objects : []));
  expect(applied).toEqual([rule({})]);
  expect(own.notes).toEqual([
    'left out: connectionPool and outlierDetection of DestinationRule shop/web',
    'automtls lint finds in them: plain-text-between-sidecars (DestinationRule shop/web)',
  ]);
});

test('every step asks the same pairs, and what must be mutual TLS is named by ids', () => {
  const { own, suites } = suitesOf([...shop, strict], { mutual: true });
  const { steps } = manifestsSuite(suites);
  const asks = steps.filter((step): step is Step & { kind: 'ask' } => step.kind === 'ask');
  expect(asks.map(({ traffic }) => traffic)).toEqual(asks.map(() => own.traffic));
  const mutual = steps.find((step) => step.kind === 'check' && step.check === 'mutual');
  expect(mutual).toMatchObject({ pairs: own.traffic.map(idOf) });
});

test('manifests of each step: without policies, as they are, and with each that is laid over', () => {
  const over = [manifestsOf([peers('shop', 'more', 'PERMISSIVE')], 'then.yaml')];
  const policies = snapshotsOf({ manifests: manifestsOf([...shop, strict]), over }).map(({ objects }) =>
    (objects.get('PeerAuthentication') ?? []).map(({ metadata }) => metadata.name),
  );
  expect(policies).toEqual([[], ['default'], ['default', 'more']]);
});

describe('a run changes the whole mesh', () => {
  const entry = (spec: object): KubeObject =>
    policy(networking, 'ServiceEntry', 'shop', 'entry', { ports: [{ number: 80, name: 'http' }], ...spec });
  const route = (spec: object): KubeObject => policy(networking, 'VirtualService', 'shop', 'route', spec);
  test.each<[string, boolean, KubeObject[], KubeObject[]]>([
    ['with a policy of Istio’s own namespace', true, [peers('istio-system', 'default', 'STRICT')], []],
    ['with such a one laid over', true, [], [peers('istio-system', 'default', 'STRICT')]],
    ['not with one of a namespace', false, [strict], []],
    ['with a ServiceEntry that all see', true, [entry({ hosts: ['example.com'] })], []],
    ['not with one that its namespace sees', false, [entry({ hosts: ['example.com'], exportTo: ['.'] })], []],
    [
      'not with one that the manifests’ namespaces see',
      false,
      [entry({ hosts: ['example.com'], exportTo: ['shop'] })],
      [],
    ],
    ['with one that another’s namespace sees', true, [entry({ hosts: ['example.com'], exportTo: ['bank'] })], []],
    ['not with one for a host of the manifests', false, [entry({ hosts: ['web.shop.svc.cluster.local'] })], []],
    ['with a VirtualService for another’s host', true, [route({ hosts: ['teller.bank.svc.cluster.local'] })], []],
    ['not with one for a short host', false, [route({ hosts: ['web'] })], []],
  ])('%s: %s', (_, isMeshWide, objects, then) => {
    const { suites } = suitesOf([...shop, ...objects], { over: then.length > 0 ? [then] : [] });
    expect(manifestsSuite(suites).meshWide ?? false).toBe(isMeshWide);
  });
});

test('strangers are left out where the outsider is not judged', () => {
  const filter = policy('networking.istio.io/v1alpha3', 'EnvoyFilter', 'shop', 'raw', {
    workloadSelector: { labels: { app: 'web' } },
    configPatches: [
      { applyTo: 'LISTENER', match: { context: 'SIDECAR_INBOUND' }, patch: { operation: 'MERGE', value: {} } },
    ],
  });
  const { suites } = suitesOf([...shop, ...app('shop', 'cart'), filter]);
  const step = manifestsSuite(suites).steps.find((one) => one.kind === 'check' && one.check === 'strangers');
  const doubts = (name: string) =>
    step?.kind === 'check' ? step.doubts?.({ to: `shop/${name}`, port: 80 }, parseRelease('1.31')) : undefined;
  expect(doubts('web')).toEqual([expect.stringContaining('EnvoyFilter shop/raw')]);
  expect(doubts('cart')).toEqual([]);
});
