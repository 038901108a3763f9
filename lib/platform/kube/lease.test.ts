import { spawnSync } from 'node:child_process';
import type { KubeObject } from '../../model/types.ts';
import { machineId, processId } from '../machine.ts';
import { waitFor } from '../wait.ts';
import { type FakeApi, fakeApi, pathOf } from './api-fixtures.ts';
import { holderOf, isHeld, keepRenewing, type Lease, leaseOf, readLease, takeOver } from './lease.ts';
import { create, deleteByUid } from './objects.ts';

const where = { namespace: 'full', name: 'automtls' };
const begun = Date.parse('2026-01-02T03:04:05Z');

function lease(holderIdentity: string): Lease {
  const acquireTime = '2026-01-02T03:04:05.000000Z';
  return {
    ...leaseOf(where, 20_000),
    spec: { holderIdentity, leaseDurationSeconds: 20, acquireTime, renewTime: acquireTime },
  };
}

const gone = () => spawnSync(process.execPath, ['--version']).pid;

describe('a lease is held', () => {
  test.each<[string, string, number, boolean]>([
    ['while the process of this machine runs', `${machineId}/${process.pid}`, 1_000, true],
    ['to the end of its time', `${machineId}/${process.pid}`, 20_000, true],
    ['no longer', `${machineId}/${process.pid}`, 20_001, false],
    ['not by a process of this machine that has ended', `${machineId}/${gone()}`, 1_000, false],
    ['by whatever process of another machine', `elsewhere/${gone()}`, 1_000, true],
    ['by another machine no longer than its time', 'elsewhere/1', 20_001, false],
    ['by another’s process on this machine', `${machineId}/1`, 1_000, true],
    ['not by a holder who is no process', `${machineId}/x`, 1_000, false],
    ['by the very process', `${machineId}/${process.pid}/${processId(process.pid)?.started}`, 1_000, true],
    ['not by an earlier process of its number', `${machineId}/${process.pid}/17`, 1_000, false],
  ])('%s', (_, holder, after, held) => {
    expect(isHeld(lease(holder), begun + after)).toBe(held);
  });

  test('by whoever takes it', () => {
    expect(isHeld(leaseOf(where, 20_000), Date.now())).toBe(true);
    expect(leaseOf(where, 20_000).spec.renewTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  });
});

describe('on an API server', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await fakeApi();
  });
  afterEach(() => api.close());
  const made = async (): Promise<Lease> => (await create(api.kube, leaseOf(where, 20_000), 'ab12c3')) as Lease;

  test('a lease is read as it was made, and none where there is none', async () => {
    expect(await readLease(api.kube, where)).toBeUndefined();
    const { spec } = await made();
    const found = (await readLease(api.kube, where)) as Lease;
    expect(found.spec.holderIdentity).toBe(spec.holderIdentity);
    expect(isHeld(found, Date.now())).toBe(true);
    expect(holderOf(found)).toMatch(new RegExp(`^process ${process.pid} on \\S+$`));
  });

  test('it is renewed until it is let go, and only that very one', async () => {
    const lease = await made();
    const rest = keepRenewing(api.kube, lease, 5);
    await until(async () => (await readLease(api.kube, where))?.spec.renewTime !== lease.spec.renewTime);
    await deleteByUid(api.kube, lease);
    const other = await made();
    await until(async () => api.calls.filter((call) => call.startsWith('PATCH')).length > 20);
    rest();
    expect(await readLease(api.kube, where)).toMatchObject({ spec: { renewTime: other.spec.renewTime } });
  });

  test('of two that take it over, one has it', async () => {
    const dead = { ...(await made()), spec: { ...leaseOf(where, 20_000).spec, holderIdentity: 'elsewhere/1' } };
    api.stored.set(pathOf(dead), dead as KubeObject);
    const seen = (await readLease(api.kube, where)) as Lease;
    const taken = await Promise.all([takeOver(api.kube, seen, 20_000), takeOver(api.kube, seen, 20_000)]);
    expect(taken.filter((one) => one !== undefined)).toMatchObject([
      { spec: { holderIdentity: leaseOf(where, 1).spec.holderIdentity } },
    ]);
    await deleteByUid(api.kube, seen);
    expect(await takeOver(api.kube, seen, 20_000)).toBeUndefined();
  });
});

async function until(look: () => Promise<boolean>): Promise<void> {
  await waitFor(look, { what: 'a renewal', limitMs: 4_000, everyMs: 2 });
}
