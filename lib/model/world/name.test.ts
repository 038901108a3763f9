import { nameOf } from './name.ts';

test.each([
  [{ namespace: 'full', name: 'sleep' }, 'Deployment full/sleep'],
  [{ name: 'full' }, 'Deployment full'],
])('%j is %s', (metadata, name) => {
  expect(nameOf({ apiVersion: 'apps/v1', kind: 'Deployment', metadata })).toBe(name);
});
