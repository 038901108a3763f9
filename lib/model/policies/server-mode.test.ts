import { authenticationPolicy, mesh, peerAuthentication, service, taskWorld, workload } from '../fixtures.ts';
import type { KubeObject } from '../types.ts';
import { servedPolicies } from '../world/served.ts';
import type { ServerMode } from './peer-authentication.ts';
import { meshDefault, serverMode, serviceMode } from './server-mode.ts';

const httpbin = { selector: { app: 'httpbin' } };
const targets = [{ name: 'httpbin' }];
const asked = { service: service('full/httpbin'), port: { name: 'http', port: 8000 } };

const servedBy = (release: string, policies: KubeObject[]) => servedPolicies(taskWorld(policies, release));

describe('the mesh’s default', () => {
  const peer = (mode?: 'STRICT' | 'DISABLE') => peerAuthentication('istio-system/default', mode);
  const strict = authenticationPolicy('default', { peers: [{ mtls: null }] });

  test.each<[string, KubeObject[], ServerMode, string]>([
    ['1.4', [], 'DISABLE', 'policy.none'],
    ['1.4', [strict], 'STRICT', 'policy.mesh'],
    ['1.4', [peer('STRICT')], 'DISABLE', 'policy.none'],
    ['1.5', [], 'PERMISSIVE', 'peer-authentication.none'],
    ['1.5', [strict], 'STRICT', 'policy.mesh'],
    ['1.5', [strict, peer('DISABLE')], 'DISABLE', 'peer-authentication.mesh'],
    ['1.6', [strict], 'PERMISSIVE', 'peer-authentication.none'],
    ['1.31', [], 'PERMISSIVE', 'peer-authentication.none'],
    ['1.31', [peer('STRICT')], 'STRICT', 'peer-authentication.mesh'],
    ['1.31', [peer()], 'PERMISSIVE', 'peer-authentication.none'],
    ['1.31', [peerAuthentication('istio-system/app', 'STRICT', httpbin)], 'PERMISSIVE', 'peer-authentication.none'],
  ])('%s with %j is %s', (release, policies, mode, rule) => {
    expect(meshDefault(taskWorld(policies, release))).toMatchObject({ mode, reason: { rule } });
  });

  test('is looked for in the mesh’s own root namespace', () => {
    const policies = [peerAuthentication('mesh-root/default', 'STRICT')];
    expect(meshDefault(taskWorld(policies, '1.31', { rootNamespace: 'mesh-root' })).mode).toBe('STRICT');
    expect(meshDefault(taskWorld(policies, '1.31')).mode).toBe('PERMISSIVE');
  });
});

/** 1.5 serves both APIs: istio/istio@1.5.10 pilot/pkg/security/authn/v1beta1/policy_applier.go. */
describe('in 1.5', () => {
  const alpha = authenticationPolicy('full/httpbin', { targets });
  const own = peerAuthentication('full/httpbin', 'STRICT', httpbin);
  const wide = peerAuthentication('full/default', 'STRICT');
  const elsewhere = peerAuthentication('partial/default', 'STRICT');

  test.each<[string, KubeObject[], ServerMode, ServerMode]>([
    ['nothing', [], 'PERMISSIVE', 'PERMISSIVE'],
    ['a Policy alone', [alpha], 'DISABLE', 'DISABLE'],
    [
      'a workload’s PeerAuthentication switches the Policy off, for the server alone',
      [alpha, own],
      'STRICT',
      'DISABLE',
    ],
    ['a namespace’s switches it off for clients, too', [alpha, wide], 'STRICT', 'STRICT'],
    ['one of another namespace does not', [alpha, elsewhere], 'DISABLE', 'DISABLE'],
    [
      'nor does one with a selector in the root namespace',
      [alpha, peerAuthentication('istio-system/x', 'STRICT', httpbin)],
      'DISABLE',
      'DISABLE',
    ],
  ])('%s', (_, policies, server, client) => {
    const served = servedBy('1.5', policies);
    expect(serverMode(mesh('1.5'), served, { workload: workload('full/httpbin'), port: 80 }, asked).mode).toBe(server);
    expect(serviceMode(mesh('1.5'), served, asked).mode).toBe(client);
  });

  test('the Policy that is switched off is named', () => {
    const { reasons } = serverMode(
      mesh('1.5'),
      servedBy('1.5', [alpha, own]),
      { workload: workload('full/httpbin'), port: 80 },
      asked,
    );
    expect(reasons.map(({ rule, object }) => [rule, object])).toEqual([
      ['policy.superseded', undefined],
      ['peer-authentication.workload', 'PeerAuthentication full/httpbin'],
    ]);
    expect(reasons[0]?.text).toBe('Policy full/httpbin is ignored: a PeerAuthentication applies to the workload');
  });
});

/** istio/istio pilot/pkg/model/push_context_test.go, TestBestEffortInferServiceMTLSMode; its headless rows: auto-choice.test.ts. */
describe('BestEffortInferServiceMTLSMode', () => {
  const policies = [
    peerAuthentication('whole/default', 'STRICT'),
    peerAuthentication('partial/workload', 'DISABLE', { selector: { app: 'httpbin', version: 'v1' } }),
  ];

  test.each<[string, string, ServerMode]>([
    ['from namespace policy', 'whole', 'STRICT'],
    ['from mesh default', 'partial', 'PERMISSIVE'],
  ])('%s', (_, namespace, mode) => {
    const some = { service: service(`${namespace}/some-service`), port: { port: 80 } };
    expect(serviceMode(mesh(), servedBy('1.31', policies), some).mode).toBe(mode);
  });
});

describe('which API a release serves', () => {
  const v1 = { ...peerAuthentication('full/default', 'STRICT'), apiVersion: 'security.istio.io/v1' };
  const rule = (apiVersion: string): KubeObject => {
    return { apiVersion, kind: 'DestinationRule', metadata: { name: 'rule', namespace: 'full' } };
  };

  test.each<[KubeObject, string, string]>([
    [authenticationPolicy('full/default', {}), '1.4 1.5', '1.6 1.31'],
    [authenticationPolicy('default', {}), '1.4 1.5', '1.6 1.31'],
    [peerAuthentication('full/default', 'STRICT'), '1.5 1.6 1.31', '1.4'],
    [v1, '1.22 1.31', '1.4 1.21'],
    [rule('networking.istio.io/v1alpha3'), '1.4 1.31', ''],
    [rule('networking.istio.io/v1beta1'), '1.5 1.31', '1.4'],
    [rule('networking.istio.io/v1'), '1.22 1.31', '1.21'],
  ])('$kind $apiVersion: in %s, not in %s', (policy, inThese, notInThese) => {
    const counts = (release: string) => {
      const { unserved, ...lists } = servedBy(release, [policy]);
      return [Object.values(lists).flat().length, unserved.length];
    };
    for (const release of inThese.split(' ')) expect(counts(release)).toEqual([1, 0]);
    for (const release of notInThese.split(' ').filter(Boolean)) expect(counts(release)).toEqual([0, 1]);
  });

  test('other kinds are not looked at', () => {
    const other = { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'a' } };
    expect(servedBy('1.31', [other])).toEqual({
      authenticationPolicies: [],
      destinationRules: [],
      peerAuthentications: [],
      unserved: [],
    });
  });
});
