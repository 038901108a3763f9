import { inside } from '../kept/layout.ts';

/** Directories of the host that the cluster uses. */
export interface Sources {
  state: string;
  programs: string;
  store: string;
  /** Names of the store's prepared snapshots. */
  snapshots: string[];
  /** Directories that replace the contents of snapshots, by the snapshot's name. */
  layers: Record<string, string>;
}

/**
 * Kernel parameters that the kubelet would set for the whole machine. Each is hidden behind a file that already has the
 * kubelet's value.
 */
const sysctls = {
  'vm/overcommit_memory': 1,
  'vm/panic_on_oom': 0,
  'kernel/panic': 10,
  'kernel/panic_on_oops': 1,
  'kernel/keys/root_maxkeys': 1000000,
  'kernel/keys/root_maxbytes': 25000000,
};

/**
 * How long the cluster's own network remembers where it led a connection that was reset or never answered, in seconds;
 * the kernel's 10 and 120 are long enough for a client to use the same port again, and be led to a pod that was replaced
 * since: a connect then times out. kube-proxy forgets UDP alone when a pod goes.
 */
const forgetting = { nf_conntrack_tcp_timeout_close: 1, nf_conntrack_tcp_timeout_syn_sent: 3 };

const snapshotter = 'io.containerd.snapshotter.v1.overlayfs';
const metadata = 'io.containerd.metadata.v1.bolt';
const content = 'io.containerd.content.v1.content';

/**
 * Returns the commands that give the cluster its own /run and /var. This keeps its files out of the host's directories,
 * and its paths short: the host's may be too long for a socket.
 */
export function mounts({ state, programs, store, snapshots, layers }: Sources): string[][] {
  const held = Object.entries(layers);
  const run = `${state}/run`;
  return [
    ['mount', '--no-mtab', '-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', run],
    [
      'mkdir',
      '-p',
      ...['state', 'programs', 'store', 'var/upper', 'var/work', 'sysctl'].map((name) => `${run}/automtls/${name}`),
      ...held.map(([name]) => `${run}/automtls/layers/${name}`),
    ],
    ['mkdir', `${run}/lock`],
    ['mount', '--no-mtab', '--bind', state, `${run}/automtls/state`],
    ['mount', '--no-mtab', '--bind', programs, `${run}/automtls/programs`],
    ['mount', '--no-mtab', '--bind', store, `${run}/automtls/store`],
    ...held.map(([name, layer]) => [
      'mount',
      '--no-mtab',
      '--bind',
      '-o',
      'ro',
      layer,
      `${run}/automtls/layers/${name}`,
    ]),
    ['mount', '--no-mtab', '--move', run, '/run'],
    overlay('/var', '/run/automtls/var', '/var'),
    ...Object.entries(sysctls).flatMap(([name, value]) => ownSysctl(name, value)),
    ...containerdRoot(snapshots, Object.keys(layers)),
    ['mount', '--no-mtab', '--make-rshared', '/'],
    ['ip', 'link', 'set', 'lo', 'up'],
    ['sh', '-c', 'echo 1 >/proc/sys/net/ipv4/ip_forward'],
    ...Object.entries(forgetting).map(([name, seconds]) => forget(`/proc/sys/net/netfilter/${name}`, seconds)),
  ];
}

/** Gives containerd the prepared images: copies of the databases, but only bind mounts of the snapshots. */
function containerdRoot(snapshots: string[], replaced: string[]): string[][] {
  const root = `${inside.state}/containerd`;
  const own = `${root}/${snapshotter}/snapshots`;
  const prepared = `${inside.store}/${snapshotter}/snapshots`;
  return [
    [
      'mkdir',
      '-p',
      `${root}/${content}`,
      ...snapshots.map((name) => `${own}/${name}`),
      `${inside.state}/content/upper`,
      `${inside.state}/content/work`,
    ],
    ['cp', '-r', `${inside.store}/${metadata}`, root],
    ['cp', `${inside.store}/${snapshotter}/metadata.db`, `${root}/${snapshotter}/`],
    ...snapshots.map((name) => ['mount', '--no-mtab', '--bind', '-o', 'ro', `${prepared}/${name}`, `${own}/${name}`]),
    ...replaced.map((name) => [
      'mount',
      '--no-mtab',
      '--bind',
      '-o',
      'ro',
      `${inside.layers}/${name}`,
      `${own}/${name}/fs`,
    ]),
    overlay(`${inside.store}/${content}`, `${inside.state}/content`, `${root}/${content}`),
  ];
}

function overlay(lower: string, writable: string, target: string): string[] {
  const options = `lowerdir=${lower},upperdir=${writable}/upper,workdir=${writable}/work`;
  return ['mount', '--no-mtab', '-t', 'overlay', '-o', options, 'overlay', target];
}

/** The parameter belongs to the network namespace. It is missing where connection tracking is a module, not yet loaded. */
function forget(file: string, seconds: number): string[] {
  return ['sh', '-c', `if [ -e ${file} ]; then echo ${seconds} >${file}; fi`];
}

function ownSysctl(name: string, value: number): string[][] {
  const file = `/run/automtls/sysctl/${name.replaceAll('/', '.')}`;
  return [
    ['sh', '-c', `echo ${value} >${file}`],
    ['mount', '--no-mtab', '--bind', file, `/proc/sys/${name}`],
  ];
}
