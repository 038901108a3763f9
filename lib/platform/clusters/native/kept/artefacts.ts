import { ensurePackages, forImages, forNative, nativeImages, programs } from '../../../builds/index.ts';
import { UsageError } from '../../../errors.ts';
import { type BuiltIstio, builtIstio, builtReleaseFor, builtReleases } from '../../../istio/index.ts';
import type { OnProgress } from '../../../progress.ts';
import { type Store, store } from './store.ts';

/** Everything that a boot needs and that is the same for every cluster with this Istio. */
export interface Artefacts {
  programs: string;
  store: Store;
  istio: BuiltIstio;
}

/**
 * Returns the artefacts of a cluster, and builds those that are not in the cache.
 * @param version Istio's version, as the release's module names it
 * @throws UsageError if this machine cannot run a native cluster, or if this version cannot be built
 */
export async function artefacts(
  version: string,
  { patches, ...options }: { patches?: string[] | undefined; onProgress: OnProgress; signal: AbortSignal },
): Promise<Artefacts> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new UsageError('The native cluster needs root on Linux: run it with sudo, or use another cluster.');
  }
  const release = builtReleaseFor(version);
  await ensurePackages({ ...forImages, ...forNative }, options);
  const archives = await nativeImages(
    builtReleases().map(({ module }) => module.version),
    options,
  );
  return {
    programs: await programs(options),
    store: await store(archives, options),
    istio: await builtIstio(release, { ...options, patches }),
  };
}
