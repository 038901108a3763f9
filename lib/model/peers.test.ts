import { brief, destinationRule, mesh, peerAuthentication, service, subsetRoute, workload } from './fixtures.ts';
import { predict } from './predict.ts';
import type { KubeObject, MtlsMode, TlsMode, World } from './types.ts';

const root = 'istio-system/default';
const everything = (mode: TlsMode) => destinationRule('istio-system/default', '*', mode);

function world(policies: KubeObject[], autoMtls = true): World {
  return {
    mesh: mesh('1.31', { autoMtls }),
    workloads: [
      workload('apps/a'),
      workload('apps/b'),
      workload('apps/naked', { sidecar: false }),
      workload('apps/other-naked', { sidecar: false }),
    ],
    services: ['apps/b', 'apps/other-naked'].map((path) => service(path)),
    policies,
  };
}

function ask(policies: KubeObject[], from: string, to: string, subset?: string) {
  return predict(world(policies), {
    protocol: 'http',
    client: { namespace: 'apps', name: from },
    server: { namespace: 'apps', name: to, port: 8000, ...(subset === undefined ? {} : { subset }) },
  });
}

const workloadPolicy = (mode: MtlsMode, ports = {}) => [
  peerAuthentication('apps/b', mode, { selector: { app: 'b' }, ...ports }),
  peerAuthentication('apps/other-naked', mode, { selector: { app: 'other-naked' }, ...ports }),
];
const hostRule = (mode: TlsMode) => [
  destinationRule('apps/b', 'b', mode),
  destinationRule('apps/other', 'other-naked', mode),
];
const passThrough = destinationRule('istio-system/default', '*', { loadBalancer: { simple: 'PASSTHROUGH' } });

/** istio/istio tests/integration/security/reachability_test.go; S has a sidecar, N has none. */
describe('TestReachability', () => {
  test.each<[number, string, KubeObject[], string, string, string]>([
    [1, 'mesh STRICT, * IM', [peerAuthentication(root, 'STRICT'), everything('ISTIO_MUTUAL')], 'm', '✗', '✗'],
    [2, 'mesh PERMISSIVE, * IM', [peerAuthentication(root, 'PERMISSIVE'), everything('ISTIO_MUTUAL')], 'm', '✗', 'p'],
    [3, 'mesh DISABLE, * DISABLE', [peerAuthentication(root, 'DISABLE'), everything('DISABLE')], 'p', 'p', 'p'],
    [4, 'mesh PERMISSIVE, * DISABLE', [peerAuthentication(root, 'PERMISSIVE'), everything('DISABLE')], 'p', 'p', 'p'],
    [5, 'mesh STRICT', [peerAuthentication(root, 'STRICT')], 'm', 'p', '✗'],
    [6, 'mesh DISABLE', [peerAuthentication(root, 'DISABLE')], 'p', 'p', 'p'],
    [7, '* load balancer PASSTHROUGH', [passThrough], 'm', 'p', 'p'],
    [8, '* IM', [everything('ISTIO_MUTUAL')], 'm', '✗', 'p'],
    [9, 'workload STRICT, host IM', [...workloadPolicy('STRICT'), ...hostRule('ISTIO_MUTUAL')], 'm', '✗', '✗'],
    [10, 'workload PERMISSIVE, host IM', [...workloadPolicy('PERMISSIVE'), ...hostRule('ISTIO_MUTUAL')], 'm', '✗', 'p'],
    [11, 'workload DISABLE, host DISABLE', [...workloadPolicy('DISABLE'), ...hostRule('DISABLE')], 'p', 'p', 'p'],
    [12, 'workload STRICT, its ports DISABLE', workloadPolicy('STRICT', { ports: { '80': 'DISABLE' } }), 'p', 'p', 'p'],
  ])('%i: %s', (_, __, policies, sidecarToSidecar, sidecarToNone, noneToSidecar) => {
    const seen = [ask(policies, 'a', 'b'), ask(policies, 'a', 'other-naked'), ask(policies, 'naked', 'b')];
    expect(seen.map((one) => brief(one).replace(/^(503|56)$/, '✗'))).toEqual([
      sidecarToSidecar,
      sidecarToNone,
      noneToSidecar,
    ]);
    expect(brief(ask(policies, 'naked', 'other-naked'))).toBe('p');
  });

  test.each<[number, TlsMode | undefined, string, string]>([
    [13, undefined, 'm', 'p'],
    [14, 'DISABLE', '503', 'p'],
    [15, 'ISTIO_MUTUAL', 'm', '503'],
  ])('%i: namespace STRICT, subset TLS %s: vistio %s, vlegacy %s', (_, mode, istio, legacy) => {
    const trafficPolicy = mode === undefined ? {} : { trafficPolicy: { tls: { mode } } };
    const subsets = ['vistio', 'vlegacy'].map((name) => ({ name, labels: { version: name }, ...trafficPolicy }));
    const migration = {
      ...world([
        peerAuthentication('apps/default', 'STRICT'),
        destinationRule('apps/m', 'migration', undefined, { subsets }),
        ...subsets.map(({ name }) => subsetRoute(`apps/${name}`, 'migration', name)),
      ]),
      services: [service('apps/migration')],
    };
    migration.workloads.push(
      workload('apps/migration-vistio', { labels: { app: 'migration', version: 'vistio' } }),
      workload('apps/migration-vlegacy', { labels: { app: 'migration', version: 'vlegacy' }, sidecar: false }),
    );
    const seen = ['vistio', 'vlegacy'].map((subset) =>
      brief(
        predict(migration, {
          protocol: 'http',
          client: { namespace: 'apps', name: 'a' },
          server: { namespace: 'apps', name: 'migration', port: 8000, subset },
        }),
      ),
    );
    expect(seen).toEqual([istio, legacy]);
  });
});

/** istio/istio tests/integration/security/ca_custom_root/secure_naming_test.go. */
describe('secure naming', () => {
  const own = 'spiffe://cluster.local/ns/apps/sa/b';
  const other = 'spiffe://cluster.local/ns/apps/sa/a';

  test.each<[string, string[], string]>([
    ['another account', [other], '503'],
    ['the server’s account', [own], 'm'],
    ['a list that holds it', [other, own], 'm'],
    ['none at all: Istio fills them in', [], 'm'],
    ['the account in another namespace', ['spiffe://cluster.local/ns/other/sa/b'], '503'],
    ['the account in another trust domain', ['spiffe://example.org/ns/apps/sa/b'], '503'],
  ])('subjectAltNames of %s', (_, subjectAltNames, expected) => {
    const rule = destinationRule('apps/b', 'b', { tls: { mode: 'ISTIO_MUTUAL', subjectAltNames } });
    expect(brief(ask([rule], 'a', 'b'))).toBe(expected);
  });

  test('names count in ISTIO_MUTUAL alone', () => {
    const rule = destinationRule('apps/b', 'b', { tls: { mode: 'DISABLE', subjectAltNames: [other] } });
    expect(brief(ask([rule], 'a', 'b'))).toBe('p');
  });
});
