import { taskWorld } from '../fixtures.ts';
import type { KubeObject, Question } from '../types.ts';
import { routed } from './subset-route.ts';

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
