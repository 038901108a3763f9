import { service, workload } from '../model/fixtures.ts';
import { sharedNames } from './sharing.ts';

const labels = (app: string) => ({ labels: { app } });
const world = {
  services: [
    service('full/a', { selector: { app: 'a' } }),
    service('full/again', { selector: { app: 'a' } }),
    service('full/b', { selector: { app: 'b' } }),
    service('legacy/a', { selector: { app: 'a' } }),
  ],
  workloads: [workload('full/a', labels('a')), workload('full/b', labels('b')), workload('legacy/a', labels('a'))],
};

test('Services that select the same pods are one, others are themselves', () => {
  expect(['full/a', 'full/again', 'full/b', 'legacy/a'].map((path) => sharedNames(world).get(path))).toEqual([
    'full/a+full/again',
    'full/a+full/again',
    'full/b',
    'legacy/a',
  ]);
});

test('Services that share pods with one and the same third are together with it', () => {
  const both = service('full/both', { selector: { tier: 'web' } });
  const workloads = ['a', 'b'].map((app) => workload(`full/${app}`, { labels: { app, tier: 'web' } }));
  const bridged = { services: [...world.services.slice(0, 3), both], workloads };
  expect(sharedNames(bridged).get('full/a')).toBe('full/a+full/again+full/b+full/both');
});

test('an ExternalName shares the pods of its target', () => {
  const alias = service('legacy/alias', { type: 'ExternalName', externalName: 'a.full.svc.cluster.local' });
  const { selector: _, ...spec } = alias.spec;
  const aliased = { ...world, services: [...world.services, { ...alias, spec }] };
  expect(sharedNames(aliased).get('legacy/alias')).toBe('full/a+full/again+legacy/alias');
  expect(sharedNames(aliased).get('legacy/a')).toBe('legacy/a');
});
