import { service, subsetRoute, taskWorld } from '../fixtures.ts';
import type { KubeObject, Question } from '../types.ts';
import { routed, subsetsLedTo } from './subset-route.ts';

const route = (hosts: string[], exact: string, subset: string, namespace = 'full'): KubeObject =>
  ({
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'subsets', namespace },
    spec: {
      hosts,
      http: [
        {
          match: [{ headers: { 'automtls-subset': { exact } } }],
          route: [{ destination: { host: hosts[0], subset } }],
        },
      ],
    },
  }) as KubeObject;

const question = (subset?: string): Question => ({
  protocol: 'http',
  client: { namespace: 'full', name: 'sleep' },
  server: { namespace: 'full', name: 'httpbin', port: 8000, ...(subset !== undefined && { subset }) },
});

describe('a request that names a subset goes', () => {
  test.each<[string, KubeObject[], string | undefined]>([
    ['to the subset, by a VirtualService for its host', [route(['httpbin'], 'v1', 'v1')], 'v1'],
    ['there by the full name, too', [route(['httpbin.full.svc.cluster.local'], 'v1', 'v1', 'legacy')], 'v1'],
    ['to the Service without one', [], undefined],
    ['and where it is for another host', [route(['other'], 'v1', 'v1')], undefined],
    ['or for a host of that name elsewhere', [route(['httpbin'], 'v1', 'v1', 'legacy')], undefined],
    ['or for another header', [route(['httpbin'], 'v2', 'v1')], undefined],
    ['or leads elsewhere', [route(['httpbin'], 'v1', 'v2')], undefined],
  ])('%s', (_, policies, subset) => {
    expect(routed(taskWorld(policies), question('v1')).question).toEqual(question(subset));
  });

  test('one that names none is as it was', () => {
    expect(routed(taskWorld([route(['httpbin'], 'v1', 'v1')]), question())).toEqual({ question: question() });
  });
});

describe('requests that name no subset are led', () => {
  const httpbin = service('full/httpbin');
  const ledBy = (spec: object, namespace = 'full'): string[] => {
    const apiVersion = 'networking.istio.io/v1';
    const object = { apiVersion, kind: 'VirtualService', metadata: { name: 'route', namespace }, spec } as KubeObject;
    return subsetsLedTo(taskWorld([object]), httpbin);
  };
  const to = (subset?: string, host = 'httpbin') => ({ destination: { host, ...(subset && { subset }) } });

  test.each<[string, object, string[]]>([
    [
      'to those of a weighted route, each once',
      { http: [{ route: [to('v1'), to('v2')] }, { route: [to('v1')] }] },
      ['v1', 'v2'],
    ],
    [
      'to those behind a match of another header',
      { http: [{ match: [{ headers: { end: { exact: 'x' } } }], route: [to('v1')] }] },
      ['v1'],
    ],
    ['to those of TCP and of TLS', { tcp: [{ route: [to('v1')] }], tls: [{ route: [to('v2')] }] }, ['v1', 'v2']],
    ['to none by a route to the whole Service', { http: [{ route: [to()] }] }, []],
    ['to none of another Service', { http: [{ route: [to('v1', 'other')] }] }, []],
    ['to none by a route without destinations', { http: [{ redirect: { uri: '/' } }] }, []],
  ])('%s', (_, spec, subsets) => {
    expect(ledBy({ hosts: ['httpbin'], ...spec })).toEqual(subsets);
  });

  test('by the full name from elsewhere, not by the short one', () => {
    const route = (host: string) => ({ hosts: [host], http: [{ route: [to('v1', host)] }] });
    expect(ledBy(route('httpbin.full.svc.cluster.local'), 'legacy')).toEqual(['v1']);
    expect(ledBy(route('httpbin'), 'legacy')).toEqual([]);
  });

  test('not to the subset that a header of the run names', () => {
    expect(subsetsLedTo(taskWorld([subsetRoute('full/route', 'httpbin', 'v1')]), httpbin)).toEqual([]);
  });
});
