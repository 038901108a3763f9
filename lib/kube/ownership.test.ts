import { nameOf, owned, RUN_LABEL, runOf } from './ownership.ts';

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { namespace: 'full', name: 'sleep', labels: { app: 'sleep' } },
  spec: { template: { metadata: { labels: { app: 'sleep' } } } },
};

test('a run’s object carries its label, and so do the pods of its Deployments; the original is left alone', () => {
  const copy = owned(deployment, 'ab12c3');
  expect(copy.metadata.labels).toEqual({
    app: 'sleep',
    [RUN_LABEL]: 'ab12c3',
    'app.kubernetes.io/managed-by': 'automtls',
  });
  expect(copy.spec.template.metadata.labels).toEqual({ app: 'sleep', [RUN_LABEL]: 'ab12c3' });
  expect(runOf(copy)).toBe('ab12c3');
  expect(runOf(deployment)).toBeUndefined();
  expect(runOf({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'full' } })).toBeUndefined();
});

test('names', () => {
  expect(nameOf(deployment)).toBe('Deployment full/sleep');
  expect(nameOf({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'full' } })).toBe('Namespace full');
});
