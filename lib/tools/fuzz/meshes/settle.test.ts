import { hasAll } from './settle.ts';

const status = {
  proxy: 'web-1.shop',
  cluster_sent: 'c1',
  cluster_acked: 'c1',
  listener_sent: 'l1',
  listener_acked: 'l1',
};

test.each<[string, Parameters<typeof hasAll>[0], boolean]>([
  ['all that it was sent', status, true],
  ['not the last listeners', { ...status, listener_sent: 'l2' }, false],
  ['not the last clusters', { ...status, cluster_sent: 'c2' }, false],
  ['not the first routes', { ...status, route_sent: 'r1' }, false],
  ['not the first endpoints', { ...status, endpoint_sent: 'e1' }, false],
  ['nothing, as it was sent nothing yet', { proxy: 'web-1.shop' }, false],
  ['nothing, as it is not connected', undefined, false],
])('a sidecar has %s', (_, own, is) => {
  expect(hasAll(own)).toBe(is);
});
