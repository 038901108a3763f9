import { imagesOf as builtImages, imageNames } from '../builds/index.ts';
import { UsageError } from '../errors.ts';
import type { OnProgress } from '../progress.ts';
import { builtIstio, notesOf } from './built.ts';
import type { IstioSource } from './install.ts';
import { imagesOf, publishedNotes, release } from './release.ts';
import { type BuiltRelease, builtReleaseFor, type IstioRelease, newestRelease, releaseFor } from './releases.ts';

/** The Istio that a user chose for a kind cluster, before anything is downloaded or built. */
export interface IstioChoice {
  /** The chosen release, or the release of the chosen snapshot. */
  release: IstioRelease;
  /** The same release if a snapshot was chosen; a snapshot is built, not downloaded. */
  built?: BuiltRelease;
  /** Images to pull; none for a snapshot, whose images are built with it. */
  images: { istio: string[]; workloads: string[] };
}

/** An Istio that can be installed, the archives of the images that were built for it, and the notes for its results. */
export interface FoundIstio {
  source: IstioSource;
  archives: { istio: string[]; workloads: string[] };
  notes: string[];
}

const workloads = [imageNames.httpbin, imageNames.echo, imageNames.curl];

/**
 * Returns the Istio for a version: `1.31` and `1.31.1` name a release, `1.31-dev` a snapshot; the newest release by
 * default.
 * @throws UsageError if there is no such version, or no current cluster can run it
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

/** Downloads or builds the chosen Istio, unless it is in the cache. Does not pull images. */
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
