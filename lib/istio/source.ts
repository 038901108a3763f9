import type { IstioVersion } from '../build/programs.ts';
import type { OnProgress } from '../cluster/types.ts';
import { UsageError } from '../errors.ts';
import type { IstioSource } from './install.ts';
import { imagesOf, release } from './release.ts';
import { type IstioRelease, newestRelease, releaseFor } from './releases.ts';
import { snapshot } from './snapshot.ts';

/** An Istio as a user named it, before anything of it is fetched or built. */
export interface IstioChoice {
  /** The development version to build; a published release where it is missing. */
  snapshot?: IstioVersion;
  /** The release itself, or the one that a snapshot leads to. */
  release: IstioRelease;
  /** Images to pull; those of a snapshot are built with it. */
  images: { istio: string[]; workloads: string[] };
}

const workloads = ['docker.io/mccutchen/go-httpbin:v2.15.0', 'docker.io/curlimages/curl:8.16.0'];

/**
 * Tells which Istio a version names: `1.31` and `1.31.1` a release, `1.31-dev` a snapshot, nothing the newest release.
 * @throws UsageError where there is no such version, or no cluster of today can run it
 */
export function chooseIstio(text: string | undefined): IstioChoice {
  if (text === '1.31-dev' || text === '1.30-dev') {
    return { snapshot: text, release: releaseFor(text.replace('-dev', '')), images: { istio: [], workloads: [] } };
  }
  const chosen = text === undefined ? newestRelease() : releaseFor(text);
  if (chosen.state === 'model only') {
    throw new UsageError(
      `Istio ${chosen.version} needs Kubernetes ${chosen.node}, which does not run on machines of today: name a later release.`,
    );
  }
  return { release: chosen, images: { istio: imagesOf(chosen), workloads } };
}

/** Fetches or builds what of the chosen Istio isn't there yet, except the images to pull. */
export async function sourceOf(
  choice: IstioChoice,
  options: { onProgress: OnProgress; signal: AbortSignal },
): Promise<IstioSource & { workloadArchives: string[] }> {
  if (choice.snapshot === undefined) return { ...(await release(choice.release, options)), workloadArchives: [] };
  const { workloadImages, ...source } = await snapshot(choice.snapshot, options);
  return { ...source, workloadArchives: workloadImages };
}
