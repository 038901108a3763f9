import { hasCome } from './settle.ts';

const status = (sent: string, acked: string, more: object = {}) => ({
  proxy: 'web-1.shop',
  cluster_sent: 'c1',
  cluster_acked: 'c1',
  listener_sent: sent,
  listener_acked: acked,
  ...more,
});

test.each<[string, ReturnType<typeof status> | undefined, ReturnType<typeof status> | undefined, boolean]>([
  ['listeners anew, and accepted', status('l1', 'l1'), status('l2', 'l2'), true],
  ['the first ones', undefined, status('l1', 'l1'), true],
  ['none anew', status('l1', 'l1'), status('l1', 'l1'), false],
  ['listeners that are not accepted yet', status('l1', 'l1'), status('l2', 'l1'), false],
  ['clusters that are not accepted yet', status('l1', 'l1'), status('l2', 'l2', { cluster_sent: 'c2' }), false],
  ['routes that are not accepted yet', status('l1', 'l1'), status('l2', 'l2', { route_sent: 'r1' }), false],
  ['endpoints that are not accepted yet', status('l1', 'l1'), status('l2', 'l2', { endpoint_sent: 'e1' }), false],
  ['nothing, as it is not connected', status('l1', 'l1'), undefined, false],
])('a sidecar was sent %s', (_, before, now, is) => {
  expect(hasCome(before, now)).toBe(is);
});
