import { meshKinds } from '../kinds/table.ts';
import { rules } from './rules.ts';
import { versionsOn } from './served.ts';

const before = { v1beta1: rules['api.before-v1beta1'], v1: rules['api.before-v1'] };

test('a version begins and ends with the rule that says so', () => {
  const versions = meshKinds.filter(({ model }) => model === 'whole').flatMap(({ versions = [] }) => versions);
  expect(versions).toHaveLength(7);
  for (const { name, since, until } of versions) {
    if (since !== undefined) expect(before[name as keyof typeof before]).toMatchObject({ until: since });
    if (until !== undefined) expect(rules['api.not-served']).toMatchObject({ since: until });
  }
});

test('a release serves the versions that have begun and not ended, newest first', () => {
  const kind = {
    versions: [{ name: 'v2', since: '1.22' }, { name: 'v1', since: '1.5', until: '1.30' }, { name: 'v1alpha1' }],
  };
  const on = (minor: number) => versionsOn({ major: 1, minor }, kind);
  expect([on(4), on(5), on(22), on(30)]).toEqual([
    ['v1alpha1'],
    ['v1', 'v1alpha1'],
    ['v2', 'v1', 'v1alpha1'],
    ['v2', 'v1alpha1'],
  ]);
});
