import { images } from '../../build/images.ts';
import { ensurePackages, forImages, forNative } from '../../build/packages.ts';
import { type IstioVersion, programs } from '../../build/programs.ts';
import { UsageError } from '../../errors.ts';
import type { IstioSource } from '../../istio/install.ts';
import { snapshot } from '../../istio/snapshot.ts';
import type { OnProgress } from '../types.ts';
import { type Store, store } from './store.ts';

/** Everything that a boot needs and that is the same for every cluster. */
export interface Artefacts {
  programs: string;
  store: Store;
  source: IstioSource;
}

/** Returns what a cluster is made of, built where it isn't in the cache. */
export async function artefacts(
  istio: string,
  options: { onProgress: OnProgress; signal: AbortSignal },
): Promise<Artefacts> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new UsageError('The native cluster needs root on Linux: run it with sudo, or use another cluster.');
  }
  if (!isSnapshot(istio)) {
    throw new UsageError(
      `The native cluster has Istio 1.31-dev and 1.30-dev, not ${istio}: choose one of these, or npm test -- --cluster kind, which runs releases and needs Docker.`,
    );
  }
  await ensurePackages({ ...forImages, ...forNative }, options.onProgress);
  const archives = await images(istio, options);
  return {
    programs: await programs(options),
    store: await store(Object.values(archives), options),
    source: await snapshot(istio, options),
  };
}

function isSnapshot(version: string): version is IstioVersion {
  return version === '1.31-dev' || version === '1.30-dev';
}
