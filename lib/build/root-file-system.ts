import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OnProgress } from '../cluster/types.ts';
import { artefact } from './cache.ts';
import { execaInNamespaces } from './kill-with-parent.ts';

/** What images need of the distribution: the proxy sets up iptables, the clients are curl and a shell. */
const packages = ['ca-certificates', 'curl', 'iptables'];

const flags = [
  '--mode=root',
  '--variant=essential',
  '--skip=output/dev',
  ...['man', 'doc', 'locale', 'info'].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`),
];

/** Returns the path of a tar of a small Debian (or Ubuntu, on Ubuntu), the lowest layer of images. */
export async function rootFileSystem(options: { onProgress: OnProgress; signal: AbortSignal }): Promise<string> {
  const suite = codename(await readFile('/etc/os-release', 'utf8'));
  const make = async (directory: string) => {
    options.onProgress({ phase: 'Root file system', detail: `${suite} with ${packages.join(', ')}` });
    const args = [...flags, `--include=${packages.join(',')}`, suite, join(directory, 'layer.tar')];
    await execaInNamespaces('mmdebstrap', args, { cancelSignal: options.signal, cwd: directory });
    options.onProgress({ phase: 'Root file system', detail: 'done' });
  };
  const ingredients = [process.arch, suite, ...flags, ...packages];
  return join(await artefact({ name: 'root-file-system', ingredients, make }, options), 'layer.tar');
}

/** Returns the release's name as its package archive knows it. */
function codename(osRelease: string): string {
  return /^VERSION_CODENAME=(.+)$/m.exec(osRelease)?.[1] ?? 'stable';
}
