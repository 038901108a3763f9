import { mesh, service, taskWorld } from '../model/fixtures.ts';
import { clustersOf } from './cells.ts';

const alias = service('legacy/alias', { type: 'ExternalName', externalName: 'httpbin.full.svc.cluster.local' });
const world = (release: string) => ({
  ...taskWorld([]),
  services: [service('full/httpbin'), alias],
  mesh: mesh(release),
});
const clusters = (path: string, release: string, subset?: string) => {
  const [namespace = '', name = ''] = path.split('/');
  return clustersOf(world(release), { server: { namespace, name, port: 8000, ...(subset && { subset }) } });
};

test('a client’s sidecar counts what it sends to a Service under its host, to a subset under both', () => {
  expect(clusters('full/httpbin', '1.31')).toEqual(['outbound|8000||httpbin.full.svc.cluster.local']);
  expect(clusters('full/httpbin', '1.31', 'v1')).toEqual([
    'outbound|8000|v1|httpbin.full.svc.cluster.local',
    'outbound|8000||httpbin.full.svc.cluster.local',
  ]);
});

test('an ExternalName is its target, and up to 1.20 a host of its own', () => {
  expect(clusters('legacy/alias', '1.21')).toEqual(['outbound|8000||httpbin.full.svc.cluster.local']);
  expect(clusters('legacy/alias', '1.20')).toEqual(['outbound|8000||alias.legacy.svc.cluster.local']);
});
