import { HERE } from '../here.ts';
import { type FakeApi, fakeApi, pathOf } from '../kube/api-fixtures.ts';
import { leaseOf } from '../kube/lease.ts';
import { RUN_LABEL } from '../kube/ownership.ts';
import type { KubeObject } from '../model/types.ts';
import { configMap, id, meshText, runOn } from './fixtures.ts';
import { meshDisturbed, sweepMesh, switchAutoMtls } from './mesh.ts';

const where = { namespace: 'istio-system', name: 'automtls-mesh' };
const leasePath = pathOf({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: where });

const apis: FakeApi[] = [];
async function api(...objects: KubeObject[]): Promise<FakeApi> {
  const made = await fakeApi([configMap, ...objects]);
  apis.push(made);
  return made;
}
afterEach(async () => {
  for (const one of apis.splice(0)) await one.close();
});

const meshOn = ({ stored }: FakeApi) => (stored.get(pathOf(configMap)) as unknown as typeof configMap).data.mesh;

/** The mesh's Lease of another run, which found the given configuration. */
function leaseBy(holderIdentity: string, found: string): KubeObject {
  const lease = leaseOf(where, 600_000);
  const labels = { [RUN_LABEL]: 'other1' };
  return {
    ...lease,
    metadata: { ...where, labels, annotations: { 'automtls.dev/found': found } },
    spec: { ...lease.spec, holderIdentity },
  } as KubeObject;
}

test('off under a Lease that remembers what was found; on again to the letter, and the Lease is gone', async () => {
  const there = await api();
  const run = runOn(there);
  await switchAutoMtls(run, false);
  expect(meshOn(there)).toBe(meshText.replace('true', 'false'));
  expect(there.stored.get(leasePath)?.metadata).toMatchObject({
    labels: { [RUN_LABEL]: id },
    annotations: { 'automtls.dev/found': meshText },
  });
  await switchAutoMtls(run, true);
  expect(meshOn(there)).toBe(meshText);
  expect(there.stored.has(leasePath)).toBe(false);
});

test('the Lease is taken before the mesh is changed', async () => {
  const there = await api();
  await switchAutoMtls(runOn(there), false);
  const changes = there.calls.filter((call) => !call.startsWith('GET'));
  expect(changes.map((call) => call.split(' ')[0])).toEqual(['POST', 'PATCH']);
});

test('unwinding puts it back where the run ended before it did', async () => {
  const there = await api();
  const run = runOn(there);
  await switchAutoMtls(run, false);
  expect(await run.unwinding.unwind()).toEqual([]);
  expect(meshOn(there)).toBe(meshText);
  expect(there.stored.has(leasePath)).toBe(false);
});

test('a configuration without the setting has it added and taken away again', async () => {
  const bare = { ...configMap, data: { mesh: 'trustDomain: cluster.local\n' } };
  const there = await fakeApi([bare]);
  apis.push(there);
  const run = runOn(there);
  run.istio.configMap = bare;
  await switchAutoMtls(run, false);
  expect(meshOn(there)).toBe('trustDomain: cluster.local\nenableAutoMtls: false\n');
  await switchAutoMtls(run, true);
  expect(meshOn(there)).toBe(bare.data.mesh);
});

test('a mesh that a living run holds is left alone', async () => {
  const holder = `${HERE}/${process.pid}`;
  const there = await api(leaseBy(holder, 'enableAutoMtls: true\n'));
  const run = runOn(there);
  await expect(switchAutoMtls(run, false)).rejects.toThrow(`Another run (${holder}) is changing the mesh`);
  expect(await sweepMesh(there.kube, run.istio)).toBe(false);
  expect(await run.unwinding.unwind()).toEqual([]);
  expect(there.calls.filter((call) => !call.startsWith('GET'))).toEqual([]);
});

test('what a dead run changed is put back', async () => {
  const there = await api(leaseBy(`${HERE}/x`, 'as: it was\n'));
  expect(await sweepMesh(there.kube, runOn(there).istio)).toBe(true);
  expect(meshOn(there)).toBe('as: it was\n');
  expect(there.stored.has(leasePath)).toBe(false);
  expect(await sweepMesh(there.kube, runOn(there).istio)).toBe(false);
});

test('a run takes no other’s Lease away when it unwinds', async () => {
  const there = await api();
  const run = runOn(there);
  await switchAutoMtls(run, false);
  there.stored.set(leasePath, {
    ...leaseBy('elsewhere/1', 'x: y\n'),
    metadata: { ...where, labels: { [RUN_LABEL]: 'other1' } },
  });
  expect(await run.unwinding.unwind()).toEqual([]);
  expect(there.stored.has(leasePath)).toBe(true);
});

test('a mesh that the run itself has changed is not disturbed; one that somebody else changes is', async () => {
  const there = await api();
  const run = runOn(there);
  expect(await meshDisturbed(run)).toBeUndefined();
  await switchAutoMtls(run, false);
  run.autoMtls = false;
  expect(await meshDisturbed(run)).toBeUndefined();
  await run.unwinding.unwind();

  const taken = runOn(await api(leaseBy(`${HERE}/${process.pid}`, meshText)));
  expect(await meshDisturbed(taken)).toContain('is changing the mesh');
  const edited = runOn(await fakeApiWith('enableAutoMtls: false\n'));
  expect(await meshDisturbed(edited)).toContain('ConfigMap istio-system/istio was changed by somebody else');
});

async function fakeApiWith(mesh: string): Promise<FakeApi> {
  const made = await fakeApi([{ ...configMap, data: { mesh } } as KubeObject]);
  apis.push(made);
  return made;
}
