import { fakeApi } from '../kube/api-fixtures.ts';
import { leaseOf } from '../kube/lease.ts';
import { RECORD, RUN_LABEL } from '../kube/ownership.ts';
import type { KubeObject } from '../model/types.ts';
import { id, runOn } from './fixtures.ts';
import { makerOf } from './other-runs.ts';

const labelled = (run: string): KubeObject => ({
  apiVersion: 'security.istio.io/v1',
  kind: 'PeerAuthentication',
  metadata: { namespace: 'istio-system', name: 'default', labels: { [RUN_LABEL]: run } },
});
/** A namespace with the label of a run, and its Lease, in which a namespace of that uid is recorded. */
function home(run: string, uid: string): KubeObject[] {
  const name = `full-${run}`;
  const lease = leaseOf({ namespace: name, name: 'automtls' }, 60_000);
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name, uid: `uid-${run}`, labels: { [RUN_LABEL]: run } } },
    { ...lease, metadata: { ...lease.metadata, annotations: { [RECORD]: JSON.stringify({ [name]: uid }) } } },
  ];
}

test('another run is named if it has recorded its namespaces; a label alone is somebody else’s', async () => {
  const api = await fakeApi([...home('aaaaaa', 'uid-aaaaaa'), ...home('bbbbbb', 'other')]);
  const objects = ['aaaaaa', 'bbbbbb', 'cccccc', id].map(labelled);
  const maker = await makerOf(runOn(api), objects);
  expect(objects.map((object) => maker(object))).toEqual([
    expect.stringMatching(/^another run \(aaaaaa, process \d+ on \S+\)$/),
    ...Array(3).fill('somebody else'),
  ]);
  await api.close();
});
