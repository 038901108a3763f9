import type { KubeObject } from '../../model/types.ts';
import { owned, RECORD, RUN_LABEL, recordedOf, recordText, runOf } from './ownership.ts';

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

describe('what a run made', () => {
  const namespace = (name: string, uid = `uid of ${name}`): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, uid, labels: { [RUN_LABEL]: 'ab12c3' } },
  });
  const holder = (home: string, text: string): KubeObject => ({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { namespace: home, name: 'automtls', annotations: { [RECORD]: text } },
  });
  const [full, partial, other] = ['full', 'partial', 'other'].map((name) => namespace(name)) as [
    KubeObject,
    KubeObject,
    KubeObject,
  ];

  test('is what its record has', () => {
    expect(recordedOf([full, partial, other], [holder('full', recordText([full, partial]))])).toEqual([full, partial]);
  });

  test.each<[string, KubeObject[], string, string]>([
    ['a label alone is nothing', [full, partial], 'full', '{}'],
    ['another namespace of a recorded name', [namespace('full', 'new')], 'full', recordText([full])],
    ['a record in a namespace that is not in it', [full, partial], 'partial', recordText([full])],
    ['a record in a namespace of others', [full], 'elsewhere', recordText([full, namespace('elsewhere')])],
    ['a record that is none', [full], 'full', 'x'],
    ['a record of nothing', [full], 'full', 'null'],
  ])('%s', (_, labelled, home, text) => {
    expect(recordedOf(labelled, [holder(home, text)])).toEqual([]);
  });

  test('without a record', () => {
    const bare = { ...holder('full', ''), metadata: { namespace: 'full', name: 'automtls' } };
    expect(recordedOf([full], [])).toEqual([]);
    expect(recordedOf([full], [bare])).toEqual([]);
  });
});
