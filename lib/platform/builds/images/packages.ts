import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { UsageError } from '../../errors.ts';
import type { OnProgress } from '../../progress.ts';
import { withLock } from '../lock.ts';

/** The programs that building images needs, each with its Debian package. */
export const forImages = {
  setpriv: 'util-linux',
  unshare: 'util-linux',
  mmdebstrap: 'mmdebstrap',
  pip3: 'python3-pip',
};

/** The additional programs that running a native cluster needs, each with its Debian package. */
export const forNative = {
  ip: 'iproute2',
  iptables: 'iptables',
  openssl: 'openssl',
  tini: 'tini',
  containerd: 'containerd',
  ctr: 'containerd',
  runc: 'runc',
  ptp: 'containernetworking-plugins',
};

/** The directories where Debian and other distributions install the CNI plugins. */
const pluginDirectories = ['/usr/lib/cni', '/opt/cni/bin'];

/** Returns the directory of the CNI plugins. */
export function cniPlugins(): string {
  return pluginDirectories.find((directory) => existsSync(join(directory, 'ptp'))) ?? '/usr/lib/cni';
}

/** Returns the PATH for programs. sudo may keep the user's PATH, which often does not have root's directories. */
export function searchPath(env: NodeJS.ProcessEnv = process.env): string {
  return [env['PATH'], '/usr/local/sbin', '/usr/sbin', '/sbin'].filter(Boolean).join(delimiter);
}

/** Returns the packages of programs that are not installed. */
export function missingPackages(
  packageOf: Record<string, string>,
  path: string,
  exists: (file: string) => boolean,
): string[] {
  const directories = [...path.split(delimiter), ...pluginDirectories];
  const missing = Object.entries(packageOf).filter(
    ([program]) => !directories.some((directory) => exists(join(directory, program))),
  );
  return [...new Set(missing.map(([, name]) => name))];
}

/** Installs the missing Debian packages, without starting their services. Reports which as progress. */
export async function ensurePackages(
  packageOf: Record<string, string>,
  { onProgress, signal }: { onProgress: OnProgress; signal: AbortSignal },
): Promise<void> {
  const missing = () => missingPackages(packageOf, searchPath(), existsSync);
  if (missing().length === 0) return;
  if (!existsSync('/usr/bin/apt-get')) {
    throw new UsageError(
      `This needs the contents of the Debian packages ${missing().join(' ')}, but there is no apt-get: install them in another way.`,
    );
  }
  if (process.getuid?.() !== 0) {
    throw new UsageError(`This needs the Debian packages ${missing().join(' ')}: install them, or run it with sudo.`);
  }
  const phase = 'Debian packages';
  // If /run/systemd is empty, packages do not start their services.
  const script =
    'apt-get -q update && apt-get -qy install --no-install-recommends --download-only "$@" && ' +
    'if [ -d /run/systemd ]; then mount -t tmpfs tmpfs /run/systemd; fi && ' +
    'apt-get -qy install --no-install-recommends --no-download "$@"';
  await withLock(
    '/run/lock/automtls-packages',
    { onWait: () => onProgress({ phase, detail: 'waiting' }), signal },
    async () => {
      const names = missing();
      if (names.length === 0) return;
      onProgress({ phase, detail: `installing ${names.join(' ')}` });
      // Never interrupted, not even by ^C: an interrupted dpkg leaves packages that must be repaired by hand.
      const result = await execa('unshare', ['--mount', 'sh', '-c', script, 'sh', ...names], {
        env: { DEBIAN_FRONTEND: 'noninteractive', PATH: searchPath() },
        detached: true,
        all: true,
        reject: false,
      });
      if (result.failed) {
        throw new UsageError(
          `The Debian packages ${names.join(' ')} could not be installed: install them by hand. Output of apt-get:\n${lastLines(result.all)}`,
        );
      }
      onProgress({ phase, detail: `installed ${names.join(' ')}` });
    },
  );
}

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-5).join('\n');
}
