import { spawnSync } from 'node:child_process';
import { isOrphan, newName } from './name.ts';

test('a name fits a host name together with what kind appends, and is a new one each time', () => {
  expect(newName()).toMatch(new RegExp(`^automtls-[0-9a-f]{8}-${process.pid}-[0-9a-f]{4}$`));
  expect(newName().length).toBeLessThanOrEqual(50);
  expect(newName()).not.toBe(newName());
});

const withPid = (pid: number) => newName().replace(`-${process.pid}-`, `-${pid}-`);

test('a cluster is an orphan when the process that made it is gone', () => {
  expect(isOrphan(newName())).toBe(false);
  expect(isOrphan(withPid(1))).toBe(false);
  const { pid } = spawnSync('true');
  expect(isOrphan(withPid(pid))).toBe(true);
});

test.each(['kind', 'automtls', 'automtls-dev', 'automtls-00000000-1-abcd', 'my-automtls-00000000-99999999-abcd'])(
  '%s is none of ours',
  (name) => {
    expect(isOrphan(name)).toBe(false);
  },
);
