import { brief, destinationRule, peerAuthentication, service, taskWorld, workload } from '../fixtures.ts';
import { predict } from '../predict.ts';
import type { DestinationRule, KubeObject, MtlsMode, TlsMode, Workload, World } from '../types.ts';

const question = {
  protocol: 'http' as const,
  client: { namespace: 'full', name: 'sleep' },
  server: { namespace: 'full', name: 'httpbin', port: 8000 },
};

function ask(world: World, name = 'httpbin') {
  return predict(world, { ...question, server: { ...question.server, name } });
}

const sidecar = workload('full/httpbin');
const bare = workload('full/httpbin-bare', { sidecar: false, labels: { app: 'httpbin' } });

function worldOf(servers: Workload[], policies: KubeObject[], release?: string, autoMtls = true): World {
  const world = taskWorld(policies, release, { autoMtls });
  return { ...world, workloads: [workload('full/sleep'), ...servers], services: [service('full/httpbin')] };
}

/**
 * istio/istio pilot/pkg/networking/core/cluster_tls_test.go, TestBuildAutoMtlsSettings: the settings of a client's
 * cluster, here as the outcome at a server of that mode. Omits the four cases of certificates in the proxy's metadata,
 * which no World has. The mesh-external case is an ExternalName before 1.21 (predict.test.ts).
 */
describe('BuildAutoMtlsSettings', () => {
  const explicit = (mode: TlsMode) => [destinationRule('full/r', 'httpbin', mode)];

  test.each<[string, DestinationRule[], boolean, MtlsMode | undefined, string]>([
    ['Destination rule TLS override, auto mTLS off', explicit('ISTIO_MUTUAL'), false, undefined, 'm'],
    ['internal service in strict mode', [], true, 'STRICT', 'm'],
    ['internal service in permissive mode', [], true, 'PERMISSIVE', 'm'],
    ['internal service in plaintext mode', [], true, 'DISABLE', 'p'],
    ['internal service without a policy', [], true, undefined, 'm'],
    ['auto mTLS off', [], false, 'DISABLE', 'p'],
    ['auto mTLS off, permissive', [], false, 'PERMISSIVE', 'p'],
    ['auto mTLS off, strict', [], false, 'STRICT', '503'],
    ['Simple TLS', explicit('SIMPLE'), false, undefined, '503'],
  ])('%s', (_, rules, autoMtls, mode, expected) => {
    const policies = mode === undefined ? [] : [peerAuthentication('istio-system/default', mode)];
    expect(brief(ask(worldOf([sidecar], [...policies, ...rules], '1.31', autoMtls)))).toBe(expected);
  });
});

describe('each endpoint for itself', () => {
  const own = (mode: MtlsMode, ports = {}) =>
    peerAuthentication('full/own', mode, { selector: { app: 'httpbin' }, ...ports });

  test.each<[string, KubeObject[], string, string]>([
    ['no policy', [], '1.31', 'm or p'],
    ['the workload STRICT', [own('STRICT')], '1.31', 'm or p'],
    ['the workload DISABLE', [own('DISABLE')], '1.31', 'p'],
    [
      'the workload DISABLE before 1.12: the endpoint without a sidecar answers the retry',
      [own('DISABLE')],
      '1.11',
      'p, rarely 503',
    ],
    ['its port DISABLE', [own('STRICT', { ports: { '80': 'DISABLE' } })], '1.31', 'p'],
    ['the Service’s port DISABLE is not its port', [own('STRICT', { ports: { '8000': 'DISABLE' } })], '1.31', 'm or p'],
  ])('%s', (_, policies, release, expected) => {
    expect(brief(ask(worldOf([sidecar, bare], policies, release)))).toBe(expected);
  });

  test('a workload DISABLE breaks sidecar clients before 1.12', () => {
    expect(brief(ask(worldOf([sidecar], [own('DISABLE')], '1.11')))).toBe('503');
    expect(brief(ask(worldOf([sidecar], [own('DISABLE')], '1.12')))).toBe('p');
  });

  test('the pods’ label security.istio.io/tlsMode is what counts', () => {
    const labelled = (tlsMode: string, changes: Partial<Workload> = {}) =>
      workload('full/httpbin', { ...changes, labels: { app: 'httpbin', 'security.istio.io/tlsMode': tlsMode } });
    expect(brief(ask(worldOf([labelled('disabled')], [])))).toBe('p');
    expect(brief(ask(worldOf([labelled('istio', { sidecar: false })], [])))).toBe('503');
  });
});

describe('a mode beside the effective settings marks the endpoints', () => {
  const marking = (mode: TlsMode) =>
    destinationRule('full/r', 'httpbin', { tls: { mode }, portLevelSettings: [{ port: { number: 8000 } }] });
  const bySubset = destinationRule('full/r', 'httpbin', marking('DISABLE').spec.trafficPolicy, {
    subsets: [{ name: 'all', labels: { app: 'httpbin' }, trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } } }],
  });
  const off = peerAuthentication('full/own', 'DISABLE', { selector: { app: 'httpbin' } });

  test.each<[string, Workload[], KubeObject[], string, string]>([
    ['ISTIO_MUTUAL, a sidecar', [sidecar], [marking('ISTIO_MUTUAL')], '1.31', 'm'],
    ['ISTIO_MUTUAL, a sidecar whose own policy is DISABLE', [sidecar], [marking('ISTIO_MUTUAL'), off], '1.31', '503'],
    ['ISTIO_MUTUAL, no sidecar', [bare], [marking('ISTIO_MUTUAL')], '1.31', 'p'],
    ['ISTIO_MUTUAL, both', [sidecar, bare], [marking('ISTIO_MUTUAL')], '1.31', 'm or p'],
    ['ISTIO_MUTUAL, no sidecar, 1.19', [bare], [marking('ISTIO_MUTUAL')], '1.19', 'p'],
    ['ISTIO_MUTUAL, no sidecar, by the first subset', [bare], [bySubset], '1.18', 'p'],
    ['ISTIO_MUTUAL, both, 1.12', [sidecar, bare], [marking('ISTIO_MUTUAL')], '1.12', 'm or p'],
    ['ISTIO_MUTUAL, before marks', [sidecar, bare], [marking('ISTIO_MUTUAL')], '1.11', 'm or p'],
    ['DISABLE, a sidecar', [sidecar], [marking('DISABLE')], '1.31', 'p'],
    ['DISABLE, no sidecar', [bare], [marking('DISABLE')], '1.31', 'p'],
    ['SIMPLE, no sidecar', [bare], [marking('SIMPLE')], '1.31', 'p'],
  ])('%s', (_, servers, policies, release, expected) => {
    expect(brief(ask(worldOf(servers, policies, release)))).toBe(expected);
  });

  test('a person is told why ISTIO_MUTUAL is not sent', () => {
    const { reasons } = ask(worldOf([bare], [marking('ISTIO_MUTUAL')]));
    expect(reasons.map(({ text }) => text)).toContain(
      'Auto mTLS sends plain text to full/httpbin-bare: its pods do not announce mutual TLS, and mode ISTIO_MUTUAL, which DestinationRule full/r names beside the effective settings, does not change that',
    );
  });
});

describe('the namespace or the mesh DISABLE: plain text to all, whatever the workload says (istio/istio#56084)', () => {
  const strict = peerAuthentication('full/own', 'STRICT', { selector: { app: 'httpbin' } });

  test.each<[string, KubeObject[], string]>([
    ['the namespace', [peerAuthentication('full/default', 'DISABLE'), strict], '503'],
    ['the mesh', [peerAuthentication('istio-system/default', 'DISABLE'), strict], '503'],
    [
      'the mesh, and the namespace PERMISSIVE',
      [peerAuthentication('istio-system/default', 'DISABLE'), peerAuthentication('full/default', 'PERMISSIVE'), strict],
      'm',
    ],
    ['the client’s namespace alone is another matter', [peerAuthentication('legacy/default', 'DISABLE'), strict], 'm'],
  ])('%s', (_, policies, expected) => {
    expect(brief(ask(worldOf([sidecar], policies)))).toBe(expected);
  });
});

describe('Services that are passed through', () => {
  const headless = (servers: Workload[], policies: KubeObject[], release?: string): World => {
    const ports = [{ name: 'http', port: 80, targetPort: 80 }];
    return {
      ...worldOf(servers, policies, release),
      services: [service('full/httpbin', { clusterIP: 'None', ports })],
    };
  };
  const askHeadless = (...args: Parameters<typeof headless>) =>
    brief(predict(headless(...args), { ...question, server: { ...question.server, port: 80 } }));
  const strict = peerAuthentication('full/default', 'STRICT');
  const off = peerAuthentication('full/own', 'DISABLE', { selector: { app: 'httpbin' } });

  test.each<[string, Workload[], KubeObject[], string, string]>([
    ['all with a sidecar', [sidecar], [], '1.31', 'm'],
    ['all with a sidecar, STRICT', [sidecar], [strict], '1.31', 'm'],
    ['one without', [sidecar, bare], [], '1.31', 'p'],
    ['one without, STRICT', [sidecar, bare], [strict], '1.31', 'p or 503'],
    ['a workload’s own DISABLE is not looked at (#39439)', [sidecar], [off], '1.31', '503'],
    ['the namespace DISABLE', [sidecar], [peerAuthentication('full/default', 'DISABLE')], '1.31', 'p'],
    ['none with a sidecar', [bare], [], '1.31', 'p'],
    ['1.7 looks at the endpoints', [sidecar], [], '1.7', 'm'],
    ['1.6 leaves them in plain text', [sidecar], [strict], '1.6', '503'],
    ['1.5 does not look', [sidecar, bare], [], '1.5', 'm or 503'],
  ])('headless, %s', (_, servers, policies, release, expected) => {
    expect(askHeadless(servers, policies, release)).toBe(expected);
  });

  test('headless, ISTIO_MUTUAL by rule: no other host is tried', () => {
    expect(askHeadless([sidecar, bare], [destinationRule('full/r', 'httpbin', 'ISTIO_MUTUAL')])).toBe('m or 503');
  });

  const balanced = destinationRule('full/r', 'httpbin', { loadBalancer: { simple: 'PASSTHROUGH' } });
  const takenBack = destinationRule('full/r', 'httpbin', {
    loadBalancer: { simple: 'PASSTHROUGH' },
    portLevelSettings: [{ port: { number: 8000 } }],
  });
  const byPort = destinationRule('full/r', 'httpbin', {
    portLevelSettings: [{ port: { number: 8000 }, loadBalancer: { simple: 'PASSTHROUGH' } }],
  });

  test.each<[string, Workload[], KubeObject[], string, string]>([
    ['all with a sidecar', [sidecar], [balanced], '1.31', 'm'],
    ['one without', [sidecar, bare], [balanced], '1.31', 'p'],
    ['a workload’s own DISABLE', [sidecar], [balanced, off], '1.31', '503'],
    ['before 1.10 the endpoints are not looked at', [sidecar, bare], [balanced], '1.9', 'm, rarely 503'],
    ['in port settings alone they are not, either', [sidecar, bare], [byPort], '1.31', 'm, rarely 503'],
    ['port settings without a balancer take it back: one without', [sidecar, bare], [takenBack], '1.31', 'p'],
    [
      'port settings without a balancer take it back: a workload’s own DISABLE',
      [sidecar],
      [takenBack, off],
      '1.31',
      'p',
    ],
  ])('load balancing PASSTHROUGH, %s', (_, servers, policies, release, expected) => {
    expect(brief(ask(worldOf(servers, policies, release)))).toBe(expected);
  });
});
