import { join } from 'node:path';
import { UsageError } from '../../errors.ts';
import type { Engine } from '../docker.ts';
import { grouped } from '../grouped.ts';
import type { OnProgress } from '../types.ts';

/**
 * Pulls the images that the engine lacks and writes all to one archive in the directory.
 * Not `kind load docker-image`: Docker 29 saves an image for all platforms, of which it has pulled one, and the node
 * refuses that (kubernetes-sigs/kind#3795).
 * @returns the archive's path; none where there are no images
 */
export async function pulled(
  images: string[],
  { name, directory, engine, ...options }: Pull & { name: string; directory: string; engine: Engine },
): Promise<string[]> {
  if (images.length === 0) return [];
  await Promise.all(images.map((image) => pull(image, options)));
  const archive = join(directory, `${name}.tar`);
  const platform = savesByPlatform(engine) ? ['--platform', engine.platform] : [];
  const args = ['image', 'save', ...platform, '--output', archive, ...images];
  const { failed, output } = await grouped('docker', args, options);
  if (failed) throw new Error(`Images could not be saved for the cluster. Output of docker:\n${output}`);
  return [archive];
}

interface Pull {
  onProgress: OnProgress;
  signal: AbortSignal;
}

async function pull(image: string, { onProgress, signal }: Pull): Promise<void> {
  const there = await grouped('docker', ['image', 'inspect', '--format', '{{.Id}}', image], { signal });
  if (!there.failed) return;
  onProgress({ phase: 'images', detail: `pulling ${image}` });
  const { failed, output } = await grouped('docker', ['pull', '--quiet', image], { signal });
  if (failed) {
    throw new UsageError(
      `The image ${image} could not be pulled: check the network, and that the release exists. Output of docker:\n${output}`,
    );
  }
}

/** Docker can from 28; before, it had one platform of an image at most. */
export function savesByPlatform({ api }: Engine): boolean {
  const [major = 0, minor = 0] = api.split('.').map(Number);
  return major > 1 || minor >= 48;
}
