import { parseRelease } from '../../../model/release.ts';
import { topologyOf } from '../../../model/topology.ts';
import { id, namespaces } from '../../../run/fixtures.ts';
import { workloadObjects } from '../../../run/manifests.ts';
import { servingOf } from '../../../run/serving-fixtures.ts';
import { topology as topologyNamed } from '../../../run/topology.ts';
import { reasonWords } from '../../reasons.ts';
import { recorded } from '../../record/fixtures.ts';
import type { Pod, Serving } from '../../record/looked.ts';
import { trimmedServing } from '../../record/trimmed.ts';
import { restarts } from './replaced.ts';

const topology = topologyOf(workloadObjects([topologyNamed('auto-mtls')], namespaces), parseRelease('1.31'));
const { serving, made } = servingOf(topology, id);

/** The pods, of which the first has containers that were restarted so often. */
function restarted(uid: string | undefined, counts: Record<string, number>) {
  const [first, ...others] = serving.pods as [Pod, ...Pod[]];
  const statuses = Object.entries(counts).map(([name, restartCount]) => ({ name, ready: true, restartCount }));
  const metadata = { ...first.metadata, ...(uid !== undefined && { uid }) };
  return {
    ...serving,
    pods: [{ ...first, metadata, status: { ...first.status, containerStatuses: statuses } }, ...others],
  };
}
const asRecorded = (one: Serving) => recorded(trimmedServing(one));
const told = (...[before, now]: ReturnType<typeof restarted>[]) =>
  restarts({ topology, made }, asRecorded(before ?? serving), asRecorded(now ?? serving)).map(({ reason }) =>
    reasonWords(reason).replace(/\S+\/\S+/, 'POD'),
  );

test('a container that was restarted in a pod that stayed is told', () => {
  const before = restarted(undefined, { httpbin: 1, 'istio-proxy': 0 });
  expect(told(before, before)).toEqual([]);
  expect(told(before, restarted(undefined, { httpbin: 2, 'istio-proxy': 0 }))).toEqual([
    'The container httpbin of pod POD was restarted',
  ]);
});

test('another pod is no restart', () => {
  const before = restarted(undefined, { httpbin: 0 });
  expect(told(before, restarted('another', { httpbin: 3 }))).toEqual([]);
});
