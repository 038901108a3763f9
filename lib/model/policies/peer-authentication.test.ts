import { mesh as meshOf, peerAuthentication } from '../fixtures.ts';
import type { MtlsMode, PeerAuthentication } from '../types.ts';
import { peerMode, type ServerMode, scopeMode } from './peer-authentication.ts';

const root = 'root-namespace';
const scope = meshOf('1.31', { rootNamespace: root });
const foo = { app: 'foo' };
const labels: Record<string, string> = { app: 'foo', stage: 'prod' };
const pods = { name: 'foo', namespace: 'my-ns', labels };
const now = '2026-08-27T10:00:01Z';
const secondAgo = '2026-08-27T10:00:00Z';

const mesh = (mode?: MtlsMode, created?: string, name = 'default') =>
  peerAuthentication(`${root}/${name}`, mode, created === undefined ? {} : { created });
const namespace = (mode?: MtlsMode, created?: string, name = 'default') =>
  peerAuthentication(`my-ns/${name}`, mode, created === undefined ? {} : { created });
const workload = (mode?: MtlsMode, created?: string, name = 'foo', selector: Record<string, string> = foo) =>
  peerAuthentication(`my-ns/${name}`, mode, created === undefined ? { selector } : { selector, created });

function modeAt(policies: PeerAuthentication[], port: number, of = pods): ServerMode {
  return peerMode(policies, scope, of, port).mode;
}

/** The cases of istio/istio pilot/pkg/security/authn/policy_applier_test.go, TestComposePeerAuthentication. */
describe('ComposePeerAuthentication', () => {
  test.each<[string, PeerAuthentication[], ServerMode]>([
    ['no config', [], 'PERMISSIVE'],
    ['mesh only', [mesh('STRICT')], 'STRICT'],
    [
      'mesh vs namespace',
      [peerAuthentication(`${root}/default`, 'STRICT', { selector: {} }), namespace('PERMISSIVE')],
      'PERMISSIVE',
    ],
    [
      'ignore non-empty selector in root namespace',
      [peerAuthentication(`${root}/default`, 'STRICT', { selector: foo })],
      'PERMISSIVE',
    ],
    ['workload vs namespace config', [namespace(), workload()], 'PERMISSIVE'],
    ['workload vs mesh config', [namespace('PERMISSIVE'), mesh('DISABLE')], 'PERMISSIVE'],
    [
      'multiple mesh policy',
      [
        mesh('DISABLE', now, 'now'),
        mesh('PERMISSIVE', secondAgo, 'second-ago'),
        mesh('STRICT', secondAgo, 'second-later'),
      ],
      'PERMISSIVE',
    ],
    [
      'multiple namespace policy',
      [
        namespace('DISABLE', now, 'now'),
        namespace('PERMISSIVE', secondAgo, 'second-ago'),
        namespace('STRICT', secondAgo, 'second-later'),
      ],
      'PERMISSIVE',
    ],
    [
      'multiple workload policy',
      [
        workload('DISABLE', now, 'now'),
        workload('PERMISSIVE', secondAgo, 'second-ago'),
        workload('STRICT', secondAgo, 'second-later', { stage: 'prod' }),
      ],
      'PERMISSIVE',
    ],
    ['inheritance: default mesh', [mesh('UNSET')], 'PERMISSIVE'],
    ['inheritance: mesh to workload', [mesh('STRICT'), workload()], 'STRICT'],
    ['inheritance: namespace to workload', [namespace('STRICT'), workload()], 'STRICT'],
    ['inheritance: mesh to namespace to workload', [mesh('STRICT'), namespace('UNSET'), workload()], 'STRICT'],
  ])('%s', (_, policies, mode) => {
    expect(modeAt(policies, 80)).toBe(mode);
  });

  test.each<[number, ServerMode]>([
    [80, 'DISABLE'],
    [90, 'STRICT'],
    [100, 'STRICT'],
    [8080, 'STRICT'],
  ])('port level: %i', (port, mode) => {
    const byPort = peerAuthentication('my-ns/foo', undefined, {
      selector: foo,
      ports: { '80': 'DISABLE', '90': 'UNSET' },
    });
    Object.assign(byPort.spec?.portLevelMtls ?? {}, { '100': {} });
    expect(modeAt([mesh('STRICT'), byPort], port)).toBe(mode);
  });
});

describe('the oldest of a level wins whole', () => {
  const older = peerAuthentication('my-ns/b', 'STRICT', {
    selector: foo,
    ports: { '80': 'DISABLE' },
    created: secondAgo,
  });
  const newer = peerAuthentication('my-ns/a', 'DISABLE', {
    selector: foo,
    ports: { '90': 'PERMISSIVE' },
    created: now,
  });

  test.each<[number, ServerMode]>([
    [80, 'DISABLE'],
    [90, 'STRICT'],
  ])('port maps are not merged: %i is %s', (port, mode) => {
    expect(modeAt([newer, older], port)).toBe(mode);
  });

  test('fractions of a second do not count, and then the name decides', () => {
    const early = workload('STRICT', '2026-08-27T10:00:00.100Z', 'z');
    const late = workload('DISABLE', '2026-08-27T10:00:00.900Z', 'a');
    expect(modeAt([early, late], 80)).toBe('DISABLE');
  });

  test('one without a creation time is the newest', () => {
    expect(modeAt([workload('DISABLE', undefined, 'a'), workload('STRICT', now, 'b')], 80)).toBe('STRICT');
    expect(modeAt([workload('DISABLE', undefined, 'a'), workload('STRICT', undefined, 'b')], 80)).toBe('DISABLE');
  });

  test('an older wider policy does not win over a narrower one', () => {
    expect(modeAt([namespace('STRICT', secondAgo), workload('DISABLE', now)], 80)).toBe('DISABLE');
  });

  test('the oldest counts even where it leaves the mode UNSET', () => {
    expect(modeAt([workload('UNSET', secondAgo, 'old'), workload('STRICT', now, 'new')], 80)).toBe('PERMISSIVE');
  });
});

test('a mode for another port is named, as it is often the Service’s', () => {
  const policy = workload(undefined);
  const byPort = { ...policy, spec: { ...policy.spec, portLevelMtls: { 80: { mode: 'STRICT' as const } } } };
  const textAt = (port: number) => peerMode([byPort], scope, pods, port).reasons[0]?.text;
  expect(textAt(8080)).toContain('leaves the mode UNSET at port 8080, as its portLevelMtls is for 80: it inherits');
  expect(textAt(80)).toContain('sets STRICT');
});

describe('what a policy covers', () => {
  test('a selector needs every label', () => {
    const policy = workload('STRICT', undefined, 'both', { app: 'foo', version: 'v2' });
    expect(modeAt([policy], 80)).toBe('PERMISSIVE');
    expect(modeAt([policy], 80, { ...pods, labels: { ...labels, version: 'v2' } })).toBe('STRICT');
  });

  test('other namespaces are not covered', () => {
    expect(modeAt([peerAuthentication('other/default', 'STRICT')], 80)).toBe('PERMISSIVE');
    expect(modeAt([peerAuthentication('other/foo', 'STRICT', { selector: foo })], 80)).toBe('PERMISSIVE');
  });

  test('port settings without a selector are nothing', () => {
    expect(modeAt([peerAuthentication('my-ns/default', 'STRICT', { ports: { '80': 'DISABLE' } })], 80)).toBe('STRICT');
  });

  test('pods of the root namespace have the mesh policy alone', () => {
    const inRoot = { ...pods, namespace: root };
    expect(modeAt([peerAuthentication(`${root}/own`, 'DISABLE', { selector: foo }), mesh('STRICT')], 80, inRoot)).toBe(
      'STRICT',
    );
  });
});

/** istio/istio tests/integration/security/pass_through_filter_chain_test.go: port A 9085, port B 9086, of one pod, in no Service. */
describe('ports in no Service', () => {
  const taken = { plain: ['PERMISSIVE', 'DISABLE'], mutual: ['PERMISSIVE', 'STRICT'] };
  const [a, b] = [9085, 9086];

  test.each<[MtlsMode, MtlsMode | undefined, string, string]>([
    ['DISABLE', undefined, '✓/✗', '✓/✗'],
    ['STRICT', undefined, '✗/✓', '✗/✓'],
    ['PERMISSIVE', undefined, '✓/✓', '✓/✓'],
    ['DISABLE', 'STRICT', '✗/✓', '✓/✗'],
    ['STRICT', 'DISABLE', '✓/✗', '✗/✓'],
    ['PERMISSIVE', 'STRICT', '✗/✓', '✓/✓'],
    ['STRICT', 'PERMISSIVE', '✓/✓', '✗/✓'],
    ['PERMISSIVE', 'DISABLE', '✓/✗', '✓/✓'],
    ['DISABLE', 'PERMISSIVE', '✓/✓', '✓/✗'],
  ])('%s, port A %s: plain text/mutual TLS are A %s, B %s', (mode, modeOfA, expectedA, expectedB) => {
    const ports = modeOfA === undefined ? {} : { ports: { [a]: modeOfA } };
    const policy = peerAuthentication('my-ns/foo', mode, { selector: foo, ...ports });
    const takes = (port: number) => {
      const served = modeAt([policy], port);
      return [taken.plain, taken.mutual].map((modes) => (modes.includes(served) ? '✓' : '✗')).join('/');
    };
    expect([takes(a), takes(b)]).toEqual([expectedA, expectedB]);
  });
});

describe('the mode of a namespace, on which clients build', () => {
  test.each<[string, PeerAuthentication[], ServerMode | undefined]>([
    ['nothing', [], undefined],
    ['a workload policy alone', [workload('DISABLE')], undefined],
    ['the mesh', [mesh('DISABLE')], 'DISABLE'],
    ['the namespace over the mesh', [mesh('DISABLE'), namespace('STRICT')], 'STRICT'],
    ['UNSET under a mesh policy', [mesh('DISABLE'), namespace('UNSET')], 'DISABLE'],
    ['UNSET under nothing', [namespace('UNSET')], 'PERMISSIVE'],
    ['the mesh UNSET', [mesh()], 'PERMISSIVE'],
    ['another namespace', [peerAuthentication('other/default', 'DISABLE')], undefined],
  ])('%s', (_, policies, mode) => {
    expect(scopeMode(policies, scope, 'my-ns')?.mode).toBe(mode);
  });
});

describe('the reasons', () => {
  const rulesOf = (policies: PeerAuthentication[], port = 80) =>
    peerMode(policies, scope, pods, port).reasons.map(({ rule, object }) => [rule, object]);

  test('name the policies that inherit, and the one that sets the mode', () => {
    expect(rulesOf([mesh('STRICT'), namespace('UNSET'), workload()])).toEqual([
      ['peer-authentication.unset', 'PeerAuthentication my-ns/foo'],
      ['peer-authentication.unset', 'PeerAuthentication my-ns/default'],
      ['peer-authentication.mesh', 'PeerAuthentication root-namespace/default'],
    ]);
  });

  test('name those that are ignored', () => {
    const inRoot = peerAuthentication(`${root}/foo`, 'DISABLE', { selector: foo });
    expect(rulesOf([inRoot, workload('STRICT', now, 'new'), workload('PERMISSIVE', secondAgo, 'old')])).toEqual([
      ['peer-authentication.root-selector', 'PeerAuthentication root-namespace/foo'],
      ['peer-authentication.oldest-wins', 'PeerAuthentication my-ns/new'],
      ['peer-authentication.workload', 'PeerAuthentication my-ns/old'],
    ]);
  });

  test.each([
    [
      '1.22',
      ['peer-authentication.joined-name', 'peer-authentication.oldest-wins', 'peer-authentication.workload'],
      'STRICT',
    ],
    ['1.23', ['peer-authentication.oldest-wins', 'peer-authentication.workload'], 'DISABLE'],
  ])('in %s of two made in the same second', (release, rules, mode) => {
    const policies = [workload('DISABLE', now, 'a'), workload('STRICT', now, 'a-b')];
    const found = peerMode(policies, meshOf(release, { rootNamespace: root }), pods, 80);
    expect([found.reasons.map(({ rule }) => rule), found.mode]).toEqual([rules, mode]);
  });

  test.each([
    ['1.8', false, ['peer-authentication.port-undeclared', 'peer-authentication.workload'], 'STRICT'],
    ['1.8', true, ['peer-authentication.port'], 'DISABLE'],
    ['1.9', false, ['peer-authentication.port'], 'DISABLE'],
  ])('in %s of a port that a Service declares: %s', (release, declared, rules, mode) => {
    const policy = peerAuthentication('my-ns/foo', 'STRICT', { selector: foo, ports: { '80': 'DISABLE' } });
    const found = peerMode([policy], meshOf(release, { rootNamespace: root }), pods, 80, declared);
    expect([found.reasons.map(({ rule }) => rule), found.mode]).toEqual([rules, mode]);
  });

  test('say in one sentence what a port setting does', () => {
    const policy = peerAuthentication('my-ns/foo', 'STRICT', { selector: foo, ports: { '80': 'DISABLE' } });
    expect(peerMode([policy], scope, pods, 80).reasons).toEqual([
      {
        rule: 'peer-authentication.port',
        text: 'PeerAuthentication my-ns/foo selects app=foo and sets DISABLE for its port 80: plain text alone is taken',
        object: 'PeerAuthentication my-ns/foo',
        source: 'istio/istio pilot/pkg/security/authn/policy_applier.go',
        since: '1.5',
      },
    ]);
  });
});
