import { spawnSync } from 'node:child_process';
import { HERE } from '../here.ts';
import { fakeApi } from './api-fixtures.ts';
import { isHeld, type Lease, leaseOf, readLease, renewed } from './lease.ts';
import { create } from './objects.ts';

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
    ['while the process of this machine runs', `${HERE}/${process.pid}`, 1_000, true],
    ['to the end of its time', `${HERE}/${process.pid}`, 20_000, true],
    ['no longer', `${HERE}/${process.pid}`, 20_001, false],
    ['not by a process of this machine that has ended', `${HERE}/${gone()}`, 1_000, false],
    ['by whatever process of another machine', `elsewhere/${gone()}`, 1_000, true],
    ['by another machine no longer than its time', 'elsewhere/1', 20_001, false],
    ['by another’s process on this machine', `${HERE}/1`, 1_000, true],
    ['not by a holder who is no process', `${HERE}/x`, 1_000, false],
  ])('%s', (_, holder, after, held) => {
    expect(isHeld(lease(holder), begun + after)).toBe(held);
  });

  test('longer once it is renewed', () => {
    const old = lease(`${HERE}/${process.pid}`);
    expect(isHeld(old, Date.now())).toBe(false);
    expect(isHeld(renewed(old), Date.now())).toBe(true);
    expect(renewed(old).spec.acquireTime).toBe(old.spec.acquireTime);
  });

  test('by whoever takes it', () => {
    expect(isHeld(leaseOf(where, 20_000), Date.now())).toBe(true);
    expect(leaseOf(where, 20_000).spec.renewTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  });
});

test('a lease is read as it was made, and none where there is none', async () => {
  const { kube, close } = await fakeApi();
  expect(await readLease(kube, where)).toBeUndefined();
  const made = leaseOf(where, 20_000);
  await create(kube, made, 'ab12c3');
  const found = await readLease(kube, where);
  expect(found?.spec.holderIdentity).toBe(made.spec.holderIdentity);
  expect(isHeld(found as Lease, Date.now())).toBe(true);
  await close();
});
