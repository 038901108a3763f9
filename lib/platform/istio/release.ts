import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { artefact, download, istioHub, istioImage, publishedDigest } from '../builds/index.ts';
import type { OnProgress, Progress } from '../progress.ts';
import type { IstioSource } from './install.ts';
import { type IstioRelease, tarballOf } from './releases.ts';
import { settingsFor } from './wants.ts';

const downloads = 'https://github.com/istio/istio/releases/download';

/** Returns the images of a release. */
export function imagesOf({ version }: IstioRelease): string[] {
  return [istioImage('pilot', version), istioImage('proxyv2', version)];
}

/**
 * Returns a published release, with its istioctl downloaded, verified and cached. Its images are not pulled: see
 * `imagesOf`.
 * @param options.from the URL to download releases from; Istio's own by default
 * @throws UsageError that says what could not be downloaded and what to do
 */
export async function release(
  wanted: IstioRelease,
  options: { from?: string; onProgress: OnProgress; signal: AbortSignal },
): Promise<IstioSource> {
  const { version, minor } = wanted;
  const istioctl = join(await programs(wanted, options), 'istioctl');
  return { version, istioctl, hub: istioHub, tag: version, values: settingsFor(minor) };
}

/** Returns the sentences to show wherever results of a published release are shown. */
export function publishedNotes({ version, state }: IstioRelease): string[] {
  return state === 'ended' ? [`Istio ${version} is out of support.`] : [];
}

/** Returns the directory of a release's istioctl. */
async function programs(
  wanted: IstioRelease,
  { from = downloads, ...options }: { from?: string; onProgress: OnProgress; signal: AbortSignal },
): Promise<string> {
  const { onProgress, signal } = options;
  const tarball = tarballOf(wanted, process);
  const url = `${from}/${wanted.version}/${tarball}`;
  const make = async (directory: string) => {
    const phase = `downloading ${tarball}`;
    onProgress({ phase });
    const archive = join(directory, tarball);
    const digest = await publishedDigest(`${url}.sha256`, signal);
    await download(url, archive, {
      digest,
      signal,
      onProgress: (bytes, of) => onProgress(megabytes(phase, bytes, of)),
    });
    const member = `istio-${wanted.version}/bin/istioctl`;
    await execa('tar', ['-xzf', archive, '-C', directory, '--strip-components=2', member], { cancelSignal: signal });
    await rm(archive);
  };
  return artefact({ name: `istio-${wanted.version}`, ingredients: [url], make }, options);
}

function megabytes(phase: string, bytes: number, of: number | undefined): Progress {
  const rounded = (count: number) => Math.round(count / 1e6);
  return { phase, done: rounded(bytes), ...(of !== undefined && { total: rounded(of) }), detail: 'MB' };
}
