import { join } from 'node:path';
import { UsageError } from '../../errors.ts';
import type { OnProgress } from '../../progress.ts';
import type { Engine } from '../docker.ts';
import { grouped } from '../grouped.ts';

/**
 * Pulls the images that the engine does not have, and saves all of them to one archive in the directory.
 *
 * `kind load docker-image` does not work here: Docker 29 saves an image for all platforms although it has pulled only
 * one, and the node rejects such an archive (kubernetes-sigs/kind#3795).
 *
 * @returns the archive's path in an array, which is empty if there are no images
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

/**
 * Docker can save a single platform since 28, which has API 1.48. Older engines store only one platform of an image.
 */
export function savesByPlatform({ api }: Engine): boolean {
  const [major = 0, minor = 0] = api.split('.').map(Number);
  return major > 1 || minor >= 48;
}
