import { parseRelease } from '../../../model/release.ts';
import { topologyOf } from '../../../model/topology.ts';
import type { KubeObject } from '../../../model/types.ts';
import { namespaces } from '../../../run/fixtures.ts';
import { workloadObjects } from '../../../run/manifests.ts';
import { topology as topologyNamed } from '../../../run/topology.ts';
import { reasonWords } from '../../reasons.ts';
import { recorded, recordedObjects } from '../../record/fixtures.ts';
import { acting, likelyCauses } from './others.ts';

const release = parseRelease('1.31');
const setting = recorded({
  topology: topologyOf(workloadObjects([topologyNamed('auto-mtls')], namespaces), release),
  namespaces,
  mesh: { release, rootNamespace: 'istio-system', trustDomain: 'cluster.local', autoMtls: true },
});
const { full, legacy } = namespaces;

function object(kind: string, path: string, spec: unknown = {}, metadata: object = {}): KubeObject {
  const [namespace, name = ''] = path.split('/');
  return { apiVersion: 'x/v1', kind, metadata: { namespace, name, ...metadata }, spec } as KubeObject;
}

/** The labels of the workloads, and those of their pods after injection. */
const labels = setting.topology.workloads.map((workload) => ({
  workload,
  labels: [workload.labels, { ...workload.labels, 'service.istio.io/canonical-name': workload.name }],
}));
const actingOf = (objects: KubeObject[], before: KubeObject[] = []) =>
  acting(setting, recordedObjects(objects), recordedObjects(before), labels);
const texts = (...objects: KubeObject[]) => actingOf(objects).map(({ facts: { object, does } }) => `${object} ${does}`);
const filter = (path: string, labels: Record<string, string>) =>
  object('EnvoyFilter', path, { workloadSelector: { labels } });
const policy = (path: string, spec: object = {}) => object('AuthorizationPolicy', path, spec);

describe('what chooses workloads', () => {
  test('acts in its own namespace, and from the root namespace in all', () => {
    expect(texts(policy('istio-system/x'), policy(`${full}/x`), policy('default/x'))).toEqual([
      'AuthorizationPolicy istio-system/x acts on every workload',
      `AuthorizationPolicy ${full}/x acts on every workload in ${full}`,
    ]);
  });

  test('by labels, those that pods were given besides as well', () => {
    const byName = { selector: { matchLabels: { 'service.istio.io/canonical-name': 'sleep' } } };
    expect(texts(policy('istio-system/x', byName), filter('istio-system/x', { istio: 'ingressgateway' }))).toEqual([
      `AuthorizationPolicy istio-system/x acts on ${full}/sleep`,
    ]);
  });

  test('not where nothing has a sidecar', () => {
    expect(texts(policy(`${legacy}/x`), filter('istio-system/x', { version: 'nosidecar' }))).toEqual([]);
  });

  test('a Sidecar of the root namespace with a selector acts there alone, and what has targetRefs on no sidecar', () => {
    const selector = { workloadSelector: { labels: { app: 'httpbin' } } };
    expect(texts(object('Sidecar', 'istio-system/x', selector))).toEqual([]);
    expect(texts(object('Sidecar', 'istio-system/x'))).toHaveLength(1);
    expect(texts(policy('istio-system/x', { targetRefs: [{ kind: 'Gateway', name: 'x' }] }))).toEqual([]);
  });
});

describe('what names hosts', () => {
  const routes = (path: string, spec: object) => object('VirtualService', path, { hosts: ['*.local'], ...spec });

  test.each<[string, KubeObject, boolean]>([
    ['for everybody', routes('default/x', {}), true],
    ['for sidecars and gateways', routes('default/x', { gateways: ['mesh', 'x'] }), true],
    ['for gateways alone', routes('default/x', { gateways: ['x'] }), false],
    ['seen in a namespace of the run', routes('default/x', { exportTo: [full] }), true],
    ['seen in its own namespace alone', routes('default/x', { exportTo: ['.'] }), false],
    ['other hosts', routes('default/x', { hosts: ['example.com'] }), false],
    ['other hosts, but in a namespace of the run', routes(`${full}/x`, { hosts: ['example.com'] }), true],
  ])('%s', (_, one, acts) => {
    expect(texts(one)).toHaveLength(acts ? 1 : 0);
  });

  test('is told with the hosts', () => {
    expect(texts(object('ServiceEntry', 'default/x', { hosts: [`httpbin.${full}.svc.cluster.local`] }))).toEqual([
      `ServiceEntry default/x names httpbin.${full}`,
    ]);
  });
});

describe('which pairs it touches', () => {
  const host = `httpbin.${full}.svc.cluster.local`;
  const sides = ['full', 'legacy'] as const;
  /** The pairs among those of full and legacy, as `full>legacy`. */
  const touched = (one: KubeObject, passed = true) =>
    actingOf([one]).flatMap(({ touches }) =>
      sides.flatMap((from) =>
        sides.flatMap((to) => {
          const client = { namespace: namespaces[from], name: 'sleep' };
          const server = { namespace: namespaces[to], name: 'httpbin', port: 8000 };
          return touches({ protocol: 'http', client, server }, passed) ? [`${from}>${to}`] : [];
        }),
      ),
    );
  const toFull = ['full>full', 'legacy>full'];

  test.each<[string, KubeObject, string[]]>([
    ['what sidecars take is that of servers', policy(`${full}/x`), toFull],
    ['a filter acts on either side', filter(`${full}/x`, { app: 'sleep' }), ['full>full', 'full>legacy']],
    ['a plugin as well', object('WasmPlugin', `${full}/x`, { selector: { matchLabels: { app: 'httpbin' } } }), toFull],
    ['only sidecars know routes', object('VirtualService', 'default/x', { hosts: [host] }), ['full>full']],
    ['what has other hosts', object('VirtualService', `${full}/x`, { hosts: ['example.com'] }), []],
    ['what may be delegated to', object('VirtualService', `${full}/x`), ['full>full', 'full>legacy']],
    [
      'what has addresses',
      object('ServiceEntry', `${full}/x`, { hosts: ['a.b'], addresses: ['10.0.0.1'] }),
      ['full>full', 'full>legacy'],
    ],
    [
      'an endpoint',
      object('WorkloadEntry', `${legacy}/x`, { labels: { app: 'httpbin', version: 'v1' } }),
      ['full>legacy'],
    ],
    ['an endpoint of nothing', object('WorkloadEntry', `${legacy}/x`, { labels: { app: 'other' } }), []],
    [
      'a route of the Gateway API, for a Service',
      object('HTTPRoute', `${full}/x`, { parentRefs: [{ kind: 'Service', name: 'httpbin' }] }),
      ['full>full'],
    ],
    ['one for a gateway', object('HTTPRoute', `${full}/x`, { parentRefs: [{ name: 'httpbin' }] }), []],
  ])('%s', (_, one, pairs) => {
    expect(touched(one)).toEqual(pairs);
  });

  test('requests that are led to a server may explain what is wrong there, and change no pass', () => {
    const mirror = { host: `httpbin.${legacy}.svc.cluster.local` };
    const one = object('VirtualService', `${full}/x`, { hosts: [host], http: [{ mirror }] });
    expect(touched(one)).toEqual(['full>full']);
    expect(touched(one, false)).toEqual(['full>full', 'full>legacy', 'legacy>legacy']);
  });
});

describe('what does as Istio’s own filters do', () => {
  const stats = {
    applyTo: 'HTTP_FILTER',
    patch: {
      operation: 'INSERT_BEFORE',
      value: { name: 'istio.stats', typed_config: { type_url: 'x/stats.PluginConfig' } },
    },
  };
  const filterOf = (path: string, ...configPatches: object[]) =>
    object('EnvoyFilter', path, { configPatches }, { uid: path, generation: configPatches.length });
  const known = (one: KubeObject, ...before: KubeObject[]) => actingOf([one], before).length > 0;

  test('is nobody else’s if it was there before the run, in the root namespace', () => {
    const own = filterOf('istio-system/x', stats);
    expect(known(own, own)).toBe(false);
    expect(known(own)).toBe(true);
    expect(known(own, filterOf('istio-system/x', stats, stats))).toBe(true);
    expect(known(filterOf(`${full}/x`, stats), filterOf(`${full}/x`, stats))).toBe(true);
  });

  test.each<[string, object]>([
    ['another filter', { ...stats, patch: { operation: 'INSERT_BEFORE', value: { name: 'istio.stats' } } }],
    ['another way to add it', { ...stats, patch: { ...stats.patch, operation: 'MERGE' } }],
    [
      'a change of clusters',
      { applyTo: 'CLUSTER', patch: { operation: 'MERGE', value: { filters: [], connect_timeout: '0s' } } },
    ],
  ])('but not with %s, whatever its name and labels', (_, patch) => {
    const one = filterOf('istio-system/stats-filter-1.23', stats, patch);
    one.metadata.labels = { 'install.operator.istio.io/owning-resource': 'installed' };
    expect(known(one, one)).toBe(true);
  });
});

test('likely causes: what is new first, then what was there, then what was not seen', () => {
  const one = (name: string, generation = 1, uid = name) =>
    object('EnvoyFilter', `istio-system/${name}`, {}, { uid, generation });
  const before = recordedObjects([one('old'), one('changed'), one('gone'), one('anew')]);
  const objects = recordedObjects([one('old'), one('changed', 2), one('made'), one('anew', 1, 'other')]);
  const causes = likelyCauses(setting, { before, now: { objects, unread: ['No rights.'] }, all: labels });
  expect(causes.map(({ reason }) => reasonWords(reason).replace(/ acts .*;/, ''))).toEqual([
    'EnvoyFilter istio-system/made it was made during the run',
    'EnvoyFilter istio-system/anew it was made during the run',
    'EnvoyFilter istio-system/changed it was changed during the run',
    'EnvoyFilter istio-system/gone it was deleted during the run, or changed so that it no longer does',
    'EnvoyFilter istio-system/old it was there when the run began',
    'No rights.',
  ]);
  expect(causes.map(({ came }) => came)).toEqual([true, true, true, true, false, false]);
});
