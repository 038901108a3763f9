import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OnProgress } from '../../progress.ts';
import { artefact } from '../cache.ts';
import { execaInNamespaces } from '../go/kill-with-parent.ts';

/** Debian packages that the images need: the proxy uses iptables, and clients use curl. */
const packages = ['ca-certificates', 'curl', 'iptables'];

const flags = [
  '--mode=root',
  '--variant=essential',
  '--skip=output/dev',
  ...['man', 'doc', 'locale', 'info'].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`),
];

/** Returns the path of a tar of a small Debian (on Ubuntu, a small Ubuntu), which is the lowest layer of images. */
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

/** Returns the distribution's codename, which its package archive uses. */
function codename(osRelease: string): string {
  return /^VERSION_CODENAME=(.+)$/m.exec(osRelease)?.[1] ?? 'stable';
}
