import { pathsOf } from './purge.ts';

const kind = (resource: string, scope = 'Namespaced', verbs = ['list', 'delete']) => ({ resource, scope, verbs });

test('a kind in whatever version it is served, each once', () => {
  const versions = [
    {
      version: 'v1',
      resources: [kind('gateways'), kind('nodes', 'Cluster'), kind('reviews', 'Namespaced', ['create'])],
    },
    { version: 'v1alpha3', resources: [kind('gateways'), kind('envoyfilters'), kind('reviews')] },
  ];
  expect(pathsOf({ metadata: { name: 'networking.istio.io' }, versions })).toEqual([
    '/apis/networking.istio.io/v1/namespaces/{}/gateways',
    '/apis/networking.istio.io/v1alpha3/namespaces/{}/envoyfilters',
    '/apis/networking.istio.io/v1alpha3/namespaces/{}/reviews',
  ]);
  expect(pathsOf({ metadata: {}, versions: [{ version: 'v1', resources: [kind('pods')] }] })).toEqual([
    '/api/v1/namespaces/{}/pods',
  ]);
});
