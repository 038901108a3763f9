import type { KubeObject } from '../model/types.ts';
import { type FakeApi, fakeApi, pathOf } from '../platform/kube/api-fixtures.ts';
import { type Lease, leaseOf } from '../platform/kube/lease.ts';
import { KEEP_LABEL, RECORD, RUN_LABEL } from '../platform/kube/ownership.ts';
import { machineId } from '../platform/machine.ts';
import { awaitGone, sweep } from './sweep.ts';

const dead = `${machineId}/x`;
const living = `${machineId}/${process.pid}`;
const namespace = (name: string, labels: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { [RUN_LABEL]: 'ab12c3', ...labels } },
});

let api: FakeApi;
afterEach(() => api.close());

/** Fills the API server with a run's three namespaces, a record of those in `recorded`, and other objects. */
async function left(holderIdentity: string, recorded: string[], labels = {}, others: KubeObject[] = []): Promise<void> {
  const own = ['full', 'partial', 'legacy'].map((role) => namespace(`${role}-ab12c3`, labels));
  api = await fakeApi([...own, ...others]);
  const uids = recorded.map((name) => [name, api.stored.get(pathOf(namespace(name)))?.metadata.uid]);
  const lease: Lease = leaseOf({ namespace: 'full-ab12c3', name: 'automtls' }, 60_000);
  lease.metadata = { ...lease.metadata, annotations: { [RECORD]: JSON.stringify(Object.fromEntries(uids)) } };
  lease.spec.holderIdentity = holderIdentity;
  api.stored.set(pathOf(lease), lease);
}

const all = ['full-ab12c3', 'partial-ab12c3', 'legacy-ab12c3'];
const names = (some: KubeObject[]) => some.map(({ metadata }) => metadata.name);
const deletions = () => api.calls.filter((call) => call.startsWith('DELETE')).map((call) => call.split('/').at(-1));

test('what a dead run made is deleted, the record last', async () => {
  await left(dead, all);
  const { deleted, unrecorded } = await sweep(api.kube, { kept: false });
  expect(deleted.map(({ run, kept, namespaces }) => [run, kept, names(namespaces)])).toEqual([['ab12c3', false, all]]);
  expect(unrecorded).toEqual([]);
  expect(deletions().at(-1)).toBe('full-ab12c3');
  expect(deletions()).toHaveLength(3);
});

test('what only carries its label is named and left', async () => {
  await left(dead, ['full-ab12c3', 'partial-ab12c3'], {}, [namespace('theirs')]);
  const { deleted, unrecorded } = await sweep(api.kube, { kept: true });
  expect(names(deleted.flatMap(({ namespaces }) => namespaces))).toEqual(['full-ab12c3', 'partial-ab12c3']);
  expect(names(unrecorded)).toEqual(['legacy-ab12c3', 'theirs']);
  expect(deletions()).toEqual(['partial-ab12c3', 'full-ab12c3']);
});

test.each([
  ['a run that is alive', living, all, {}, true],
  ['a run that was told to keep them', dead, all, { [KEEP_LABEL]: 'true' }, false],
  ['a run without a record', dead, [], { [KEEP_LABEL]: 'true' }, true],
  ['a record in a namespace that is not in it', dead, ['partial-ab12c3'], {}, true],
])('nothing is deleted of %s', async (_, holder, recorded, labels, kept) => {
  await left(holder, recorded, labels);
  expect((await sweep(api.kube, { kept })).deleted).toEqual([]);
  expect(deletions()).toEqual([]);
});

test('kept ones are deleted by a sweep that asks for it', async () => {
  await left(living, all, { [KEEP_LABEL]: 'true' });
  expect((await sweep(api.kube, { kept: true })).deleted).toMatchObject([{ run: 'ab12c3', kept: true }]);
  expect(deletions()).toHaveLength(3);
});

test('one that is being deleted is no stranger', async () => {
  const going = namespace('full-other1', { [RUN_LABEL]: 'other1' });
  await left(living, all, {}, [
    { ...going, metadata: { ...going.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } } as KubeObject,
  ]);
  const { terminating, unrecorded } = await sweep(api.kube, { kept: true });
  expect(names(terminating)).toEqual(['full-other1']);
  expect(unrecorded).toEqual([]);
});

test('gone is what has another uid by now, too', async () => {
  await left(dead, all);
  const first = api.stored.get(pathOf(namespace('full-ab12c3'))) as KubeObject;
  api.stored.set(pathOf(first), { ...first, metadata: { ...first.metadata, uid: 'new' } });
  expect(await awaitGone(api.kube, [first], 0)).toEqual([]);
});
