import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import type { OnProgress } from '../cluster/types.ts';
import { UsageError } from '../errors.ts';
import { withLock } from './lock.ts';

/** The Debian package of each program that building or running the cluster calls. */
const packageOf = {
  flock: 'util-linux',
  setpriv: 'util-linux',
  unshare: 'util-linux',
  ip: 'iproute2',
  iptables: 'iptables',
  openssl: 'openssl',
  tini: 'tini',
  containerd: 'containerd',
  ctr: 'containerd',
  runc: 'runc',
  mmdebstrap: 'mmdebstrap',
  pip3: 'python3-pip',
};

/** Where Debian and others put the CNI plugins. */
const pluginDirectories = ['/usr/lib/cni', '/opt/cni/bin'];

/** Returns the directory of the CNI plugins. */
export function cniPlugins(): string {
  return pluginDirectories.find((directory) => existsSync(join(directory, 'ptp'))) ?? '/usr/lib/cni';
}

/** Returns the Debian packages that would bring what is missing here. */
export function missingPackages(path: string, exists: (file: string) => boolean): string[] {
  const directories = path.split(delimiter);
  const missing = Object.entries(packageOf)
    .filter(([program]) => !directories.some((directory) => exists(join(directory, program))))
    .map(([, name]) => name);
  if (!pluginDirectories.some((directory) => exists(join(directory, 'ptp'))))
    missing.push('containernetworking-plugins');
  return [...new Set(missing)];
}

/** Installs the Debian packages that are missing, saying which; starts none of their services. */
export async function ensurePackages(onProgress: OnProgress): Promise<void> {
  const missing = () => missingPackages(process.env['PATH'] ?? '', existsSync);
  if (missing().length === 0) return;
  const wanted = missing().join(' ');
  if (!existsSync('/usr/bin/apt-get')) {
    throw new UsageError(
      `The native cluster needs what the Debian packages ${wanted} hold, and there is no apt-get here: install it by other means.`,
    );
  }
  const phase = 'Debian packages';
  // without /run/systemd, packages take the machine for one whose services are not to be started
  const script =
    'apt-get -q update && apt-get -qy install --no-install-recommends --download-only "$@" && ' +
    'if [ -d /run/systemd ]; then mount -t tmpfs tmpfs /run/systemd; fi && ' +
    'apt-get -qy install --no-install-recommends --no-download "$@"';
  await withLock(
    '/run/lock/automtls-packages',
    { onWait: () => onProgress({ phase, detail: 'waiting' }) },
    async () => {
      const names = missing();
      if (names.length === 0) return;
      onProgress({ phase, detail: `installing ${names.join(' ')}` });
      // not ended half-way, not even by us: an interrupted dpkg leaves the machine in need of repair
      const result = await execa('unshare', ['--mount', 'sh', '-c', script, 'sh', ...names], {
        env: { DEBIAN_FRONTEND: 'noninteractive' },
        detached: true,
        all: true,
        reject: false,
      });
      if (result.failed) {
        throw new UsageError(
          `The Debian packages ${names.join(' ')} could not be installed: install them by hand. apt-get said:\n${lastLines(result.all)}`,
        );
      }
      onProgress({ phase, detail: `installed ${names.join(' ')}` });
    },
  );
}

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-5).join('\n');
}
