import type { DestinationRule, KubeObject } from '../types.ts';
import { logicalNames, placeInRun } from './rename.ts';

const namespaces = { full: 'full-ab12c', partial: 'partial-ab12c', legacy: 'legacy-ab12c' };

function placed<T extends object>(kind: string, spec: T): T {
  const object = { apiVersion: 'x/v1', kind, metadata: { name: 'full', namespace: 'full' }, spec };
  return placeInRun(object as KubeObject & { spec: T }, namespaces).spec;
}

describe('placeInRun', () => {
  test('renames a Namespace', () => {
    const labels = { 'istio-injection': 'enabled', role: 'full' };
    expect(placeInRun({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'full', labels } }, namespaces)).toEqual(
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: 'full-ab12c', labels },
      },
    );
  });

  test('renames metadata.namespace alone where nothing else names a namespace', () => {
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'full', namespace: 'full', labels: { app: 'full' } },
      spec: { template: { spec: { serviceAccountName: 'full' } } },
    };
    expect(placeInRun(deployment, namespaces)).toEqual({
      ...deployment,
      metadata: { ...deployment.metadata, namespace: 'full-ab12c' },
    });
  });

  test('leaves the object it was given, and other namespaces, alone', () => {
    const policy = { apiVersion: 'x/v1', kind: 'PeerAuthentication', metadata: { name: 'a', namespace: 'full' } };
    const meshWide = { ...policy, metadata: { name: 'default', namespace: 'istio-system' } };
    placeInRun(policy, namespaces);
    expect(policy.metadata.namespace).toBe('full');
    expect(placeInRun(meshWide, namespaces)).toEqual(meshWide);
  });

  test.each([
    ['httpbin', 'httpbin'],
    ['full', 'full'],
    ['*', '*'],
    ['httpbin.full', 'httpbin.full-ab12c'],
    ['httpbin.full.svc', 'httpbin.full-ab12c.svc'],
    ['httpbin.full.svc.cluster.local', 'httpbin.full-ab12c.svc.cluster.local'],
    ['httpbin.full.svc.example.org', 'httpbin.full-ab12c.svc.example.org'],
    ['*.full.svc.cluster.local', '*.full-ab12c.svc.cluster.local'],
    ['*.legacy', '*.legacy-ab12c'],
    ['full.partial', 'full.partial-ab12c'],
    ['*.svc.cluster.local', '*.svc.cluster.local'],
    ['*.local', '*.local'],
    ['www.full.com', 'www.full.com'],
    ['full.example.com', 'full.example.com'],
    ['httpbin.other.svc.cluster.local', 'httpbin.other.svc.cluster.local'],
    ['httpbin.constructor', 'httpbin.constructor'],
  ])('a DestinationRule for %s is for %s', (host, expected) => {
    const rule: DestinationRule = {
      apiVersion: 'x/v1',
      kind: 'DestinationRule',
      metadata: { name: 'r' },
      spec: { host },
    };
    expect(placeInRun(rule, namespaces).spec.host).toBe(expected);
  });

  test('renames exportTo and subject alt names of a DestinationRule, at every level', () => {
    const tls = { mode: 'ISTIO_MUTUAL', subjectAltNames: ['spiffe://cluster.local/ns/full/sa/full', 'full'] };
    const policy = { tls, portLevelSettings: [{ port: { number: 8000 }, tls }] };
    const placedTls = { ...tls, subjectAltNames: ['spiffe://cluster.local/ns/full-ab12c/sa/full', 'full'] };
    const placedPolicy = { tls: placedTls, portLevelSettings: [{ port: { number: 8000 }, tls: placedTls }] };
    expect(
      placed('DestinationRule', {
        host: 'httpbin',
        exportTo: ['.', '*', 'full', 'other'],
        trafficPolicy: policy,
        subsets: [{ name: 'full', labels: { version: 'full' }, trafficPolicy: policy }],
      }),
    ).toEqual({
      host: 'httpbin',
      exportTo: ['.', '*', 'full-ab12c', 'other'],
      trafficPolicy: placedPolicy,
      subsets: [{ name: 'full', labels: { version: 'full' }, trafficPolicy: placedPolicy }],
    });
  });

  test('renames hosts, destinations and sources of a VirtualService', () => {
    expect(
      placed('VirtualService', {
        hosts: ['httpbin.full', 'httpbin'],
        exportTo: ['legacy'],
        gateways: ['mesh', 'full/gateway'],
        http: [
          {
            match: [{ sourceNamespace: 'legacy', uri: { prefix: '/full' } }],
            route: [{ destination: { host: 'httpbin.full.svc.cluster.local', subset: 'full' } }],
            mirror: { host: 'httpbin.partial' },
            delegate: { name: 'full', namespace: 'full' },
          },
        ],
        tcp: [{ route: [{ destination: { host: 'httpbin.full' } }] }],
        tls: [{ match: [{ sniHosts: ['httpbin.full.svc.cluster.local'] }] }],
      }),
    ).toEqual({
      hosts: ['httpbin.full-ab12c', 'httpbin'],
      exportTo: ['legacy-ab12c'],
      gateways: ['mesh', 'full-ab12c/gateway'],
      http: [
        {
          match: [{ sourceNamespace: 'legacy-ab12c', uri: { prefix: '/full' } }],
          route: [{ destination: { host: 'httpbin.full-ab12c.svc.cluster.local', subset: 'full' } }],
          mirror: { host: 'httpbin.partial-ab12c' },
          delegate: { name: 'full', namespace: 'full-ab12c' },
        },
      ],
      tcp: [{ route: [{ destination: { host: 'httpbin.full-ab12c' } }] }],
      tls: [{ match: [{ sniHosts: ['httpbin.full-ab12c.svc.cluster.local'] }] }],
    });
  });

  test('renames accounts and conditions of an AuthorizationPolicy by what they are about', () => {
    const rule = (account: string, ...values: string[][]) => ({
      from: [{ source: { serviceAccounts: [account, 'full'] } }],
      when: ['source.principal', 'source.namespace', 'source.serviceAccount', 'request.auth.claims[team]'].map(
        (key, at) => ({ key, values: values[at], notValues: values[at] }),
      ),
    });
    const identity = 'cluster.local/ns/full/sa/full';
    expect(
      placed('AuthorizationPolicy', {
        rules: [rule('full/web', [identity], ['full'], ['full/web', 'full'], ['full'])],
      }),
    ).toEqual({
      rules: [
        rule(
          'full-ab12c/web',
          ['cluster.local/ns/full-ab12c/sa/full'],
          ['full-ab12c'],
          ['full-ab12c/web', 'full'],
          ['full'],
        ),
      ],
    });
  });

  test('renames sources and hosts of an AuthorizationPolicy', () => {
    expect(
      placed('AuthorizationPolicy', {
        rules: [
          {
            from: [
              {
                source: {
                  principals: ['cluster.local/ns/full/sa/full', '*'],
                  notPrincipals: ['*/ns/legacy/*'],
                  namespaces: ['full'],
                  notNamespaces: ['legacy', 'other'],
                },
              },
            ],
            to: [{ operation: { hosts: ['httpbin.full:8000'], paths: ['/full'] } }],
          },
        ],
      }),
    ).toEqual({
      rules: [
        {
          from: [
            {
              source: {
                principals: ['cluster.local/ns/full-ab12c/sa/full', '*'],
                notPrincipals: ['*/ns/legacy-ab12c/*'],
                namespaces: ['full-ab12c'],
                notNamespaces: ['legacy-ab12c', 'other'],
              },
            },
          ],
          to: [{ operation: { hosts: ['httpbin.full-ab12c:8000'], paths: ['/full'] } }],
        },
      ],
    });
  });

  test('renames the namespaces that a Sidecar lets out to', () => {
    const egress = [{ hosts: ['full/*', './*', '*/httpbin.full.svc.cluster.local', '~full/*', '~/*'] }];
    expect(placed('Sidecar', { egress })).toEqual({
      egress: [{ hosts: ['full-ab12c/*', './*', '*/httpbin.full-ab12c.svc.cluster.local', '~full-ab12c/*', '~/*'] }],
    });
  });
});

describe('logicalNames', () => {
  test.each([
    ['PeerAuthentication full-ab12c/httpbin sets STRICT', 'PeerAuthentication full/httpbin sets STRICT'],
    ['sleep.legacy-ab12c to httpbin.full-ab12c:8000', 'sleep.legacy to httpbin.full:8000'],
    ['URI=spiffe://cluster.local/ns/full-ab12c/sa/sleep', 'URI=spiffe://cluster.local/ns/full/sa/sleep'],
    ['pods full-ab12c-x and very-full-ab12c are others', 'pods full-ab12c-x and very-full-ab12c are others'],
    ['nothing of ours', 'nothing of ours'],
  ])('%s', (text, expected) => {
    expect(logicalNames(text, namespaces)).toBe(expected);
  });

  test('undoes placeInRun', () => {
    const rule: DestinationRule = {
      apiVersion: 'networking.istio.io/v1',
      kind: 'DestinationRule',
      metadata: { name: 'r', namespace: 'legacy' },
      spec: { host: '*.full.svc.cluster.local', exportTo: ['partial'] },
    };
    expect(JSON.parse(logicalNames(JSON.stringify(placeInRun(rule, namespaces)), namespaces))).toEqual(rule);
  });
});
