import { imageNames } from '../build/image-names.ts';
import { imagesOf as builtImages } from '../build/images.ts';
import type { OnProgress } from '../cluster/types.ts';
import { UsageError } from '../errors.ts';
import { builtIstio, notesOf } from './built.ts';
import type { IstioSource } from './install.ts';
import { imagesOf, publishedNotes, release } from './release.ts';
import { type BuiltRelease, builtReleaseFor, type IstioRelease, newestRelease, releaseFor } from './releases.ts';

/** An Istio for a cluster of kind as a user named it, before anything of it is fetched or built. */
export interface IstioChoice {
  /** The release, or the one that a snapshot leads to. */
  release: IstioRelease;
  /** The same, where it is a snapshot, which is built. */
  built?: BuiltRelease;
  /** Images to pull; those of a snapshot are built with it. */
  images: { istio: string[]; workloads: string[] };
}

/** An Istio that is there, with the archives of images that were built for it, and what must be said of its results. */
export interface FoundIstio {
  source: IstioSource;
  archives: { istio: string[]; workloads: string[] };
  notes: string[];
}

const workloads = [imageNames.httpbin, imageNames.echo, imageNames.curl];

/**
 * Tells which Istio a version names: `1.31` and `1.31.1` a release, `1.31-dev` a snapshot, nothing the newest release.
 * @throws UsageError where there is no such version, or no cluster of today can run it
 */
export function chooseIstio(text: string | undefined): IstioChoice {
  if (text?.endsWith('-dev')) {
    const built = builtReleaseFor(text);
    return { release: built, built, images: { istio: [], workloads: [] } };
  }
  const chosen = text === undefined ? newestRelease() : releaseFor(text);
  if (chosen.state === 'model only') {
    throw new UsageError(
      `Istio ${chosen.version} needs Kubernetes ${chosen.node}, which does not run on current machines: use a later release.`,
    );
  }
  return { release: chosen, images: { istio: imagesOf(chosen), workloads } };
}

/** Fetches or builds what of the chosen Istio isn't there yet, except the images to pull. */
export async function sourceOf(
  { release: chosen, built }: IstioChoice,
  options: { onProgress: OnProgress; signal: AbortSignal },
): Promise<FoundIstio> {
  if (built === undefined) {
    const source = await release(chosen, options);
    return { source, archives: { istio: [], workloads: [] }, notes: publishedNotes(chosen) };
  }
  const { source, layers } = await builtIstio(built, options);
  const { istio, workloads } = await builtImages(source.version, layers, options);
  return { source, archives: { istio: [istio], workloads: [workloads] }, notes: notesOf(built) };
}
