import type { KubeObject } from '../model/types.ts';
import { runOn } from '../run/fixtures.ts';
import { addressesOf } from './addresses.ts';
import { servingOf } from './serving-fixtures.ts';

const { topology } = runOn({ kube: {} } as never);
const { serving, made } = servingOf(topology, 'ab12c3');
const service = topology.services[0] as KubeObject;
const server = { namespace: service.metadata.namespace ?? '', name: service.metadata.name, port: 8000 };

/** Returns the addresses of a Service that is stored with these. */
const addresses = (spec: object, changes: { kind?: string } = {}) =>
  addressesOf({ topology, made: [{ ...service, spec, ...changes } as KubeObject, ...made] }, server, serving);

test('are the Service’s, of each IP version', () => {
  expect(addresses({ clusterIP: '10.96.0.7' })).toEqual(new Set(['10.96.0.7']));
  expect(addresses({ clusterIP: '10.96.0.7', clusterIPs: ['10.96.0.7', 'fd00::7'] })).toEqual(
    new Set(['10.96.0.7', 'fd00::7']),
  );
});

test('are those of its pods if it is headless', () => {
  expect(addresses({ clusterIP: 'None' })).toEqual(new Set(['10.0.0.1']));
});

test('are not known of a Service that is not stored', () => {
  expect(addressesOf({ topology, made: [] }, server, serving)).toBeUndefined();
});
