import { service, taskWorld } from '../model/fixtures.ts';
import { withAddresses } from './addresses.ts';

test('Services have the addresses with which they were stored, and are otherwise as they were', () => {
  const topology = { workloads: taskWorld([]).workloads, services: [service('full/a'), service('full/b')] };
  const stored = [
    service('full/b', { clusterIP: '10.96.0.7', ports: [] }),
    service('legacy/a', { clusterIP: '10.96.0.8' }),
  ];
  expect(withAddresses(topology, stored)).toEqual({
    workloads: topology.workloads,
    services: [service('full/a'), service('full/b', { clusterIP: '10.96.0.7' })],
  });
});
