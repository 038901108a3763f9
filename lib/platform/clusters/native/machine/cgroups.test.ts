import { hierarchies } from './cgroups.ts';

test('a unified system has one hierarchy', () => {
  const mountinfo = [
    '24 29 0:22 / /sys rw,nosuid shared:7 - sysfs sysfs rw',
    '31 24 0:27 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot',
  ].join('\n');
  expect(hierarchies(mountinfo)).toEqual([{ version: 2, path: '/sys/fs/cgroup', controllers: [] }]);
});

test('a hybrid system has one for each group of controllers, and the unified one', () => {
  const mountinfo = [
    '31 24 0:27 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755',
    '32 31 0:28 / /sys/fs/cgroup/cpu,cpuacct rw shared:10 master:2 - cgroup cgroup rw,cpu,cpuacct',
    '33 31 0:29 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd',
    '34 31 0:30 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw',
  ].join('\n');
  expect(hierarchies(mountinfo)).toEqual([
    { version: 1, path: '/sys/fs/cgroup/cpu,cpuacct', controllers: ['rw', 'cpu', 'cpuacct'] },
    { version: 1, path: '/sys/fs/cgroup/systemd', controllers: ['rw', 'xattr', 'name=systemd'] },
    { version: 2, path: '/sys/fs/cgroup/unified', controllers: [] },
  ]);
});
