import { nameIn, pathOf } from './addons.ts';

test('an object has the path that its kind, its group and its namespace make', () => {
  const metadata = { name: 'coredns', namespace: 'kube-system' };
  expect(pathOf({ apiVersion: 'v1', kind: 'ConfigMap', metadata })).toBe(
    '/api/v1/namespaces/kube-system/configmaps/coredns',
  );
  const role = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'system:coredns' },
  };
  expect(pathOf(role)).toBe('/apis/rbac.authorization.k8s.io/v1/clusterroles/system:coredns');
});

test('the name is that of the metadata', () => {
  const text = 'metadata:\n  labels:\n    name: no\n  name: a.b.io\nspec:\n  names:\n    plural: as\n';
  expect(nameIn(text)).toBe('a.b.io');
  expect(() => nameIn('metadata: {}')).toThrow('without a name');
});
