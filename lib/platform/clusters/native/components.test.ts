import { configuration, containerdConfig } from './configuration.ts';
import { mounts } from './machine/mounts.ts';

test('a kubelet has a root of control groups of its own', () => {
  const files = configuration({ name: 'a', cgroup: '/automtls-a', pause: 'example.org/pause:1' });
  expect(JSON.parse(files['kubelet.json'] ?? '')).toMatchObject({
    cgroupRoot: '/automtls-a',
    cgroupDriver: 'cgroupfs',
  });
});

test('containerd makes no directory on the host', () => {
  const config = containerdConfig({ root: '/r', pause: 'example.org/pause:1' });
  expect(config).toContain('disabled_plugins = ["io.containerd.internal.v1.opt"');
});

test('what must survive the new /run is bound before it, and images are only read', () => {
  const sources = { state: '/s', programs: '/p', store: '/i', snapshots: ['1', '2'], layers: { 2: '/l' } };
  const commands = mounts(sources).map((one) => one.join(' '));
  const moved = commands.findIndex((command) => command.includes('--move'));
  const bound = (what: string) =>
    commands.findIndex((command) => command.includes('--bind') && command.includes(` ${what} `));
  for (const source of ['/s', '/p', '/i', '/l']) {
    expect(bound(source)).toBeGreaterThan(-1);
    expect(bound(source)).toBeLessThan(moved);
  }
  expect(commands.filter((command) => /--bind -o ro .*\/snapshots\/[12]$/.test(command))).toHaveLength(2);
  expect(commands.filter((command) => /--bind -o ro .*\/snapshots\/2\/fs$/.test(command))).toHaveLength(1);
});
