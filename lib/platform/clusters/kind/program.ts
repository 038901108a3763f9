import { existsSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { artefact, artefactPlace, download, publishedDigest } from '../../builds/index.ts';
import { UsageError } from '../../errors.ts';
import type { OnProgress } from '../../progress.ts';

const VERSION = '0.33.0';
const downloads = 'https://github.com/kubernetes-sigs/kind/releases/download';

const architectures: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', arm64: 'arm64' };
const platforms: readonly NodeJS.Platform[] = ['linux', 'darwin'];

/** Returns an installed kind program: the one on the PATH if it is new enough, else the one in the cache. */
export async function kindThere(): Promise<string | undefined> {
  if (isNewEnough(await versionOf('kind'))) return 'kind';
  const url = released();
  const fetched = url === undefined ? undefined : join(artefactPlace(recipe(url)), 'kind');
  return fetched !== undefined && existsSync(fetched) ? fetched : undefined;
}

/**
 * Returns the kind program to run. If this machine has none, it downloads a release, verifies it and caches it.
 * @param options.from the URL to download releases from; kind's own by default
 * @throws UsageError that says what could not be downloaded and how else to get kind
 */
export async function kindProgram(options: {
  from?: string;
  onProgress: OnProgress;
  signal: AbortSignal;
}): Promise<string> {
  const there = await kindThere();
  if (there !== undefined) return there;
  const url = released(options.from);
  const byHand = `go install sigs.k8s.io/kind@v${VERSION}, or see https://kind.sigs.k8s.io/docs/user/quick-start/#installation`;
  if (url === undefined) throw new UsageError(`A kind cluster needs kind ${VERSION} or later on the PATH: ${byHand}.`);
  const make = async (directory: string): Promise<void> => {
    const phase = `downloading kind ${VERSION}`;
    options.onProgress({ phase });
    const file = join(directory, 'kind');
    const digest = await publishedDigest(`${url}.sha256sum`, options.signal);
    await download(url, file, { digest, signal: options.signal, onProgress: () => {} });
    await chmod(file, 0o755);
  };
  const directory = await artefact({ ...recipe(url), make }, options).catch((error: unknown) => {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`kind ${VERSION} or later is not on the PATH, and ${error.message} Or: ${byHand}.`);
  });
  return join(directory, 'kind');
}

function recipe(url: string): { name: string; ingredients: string[] } {
  return { name: `kind-${VERSION}`, ingredients: [url] };
}

function released(from = downloads): string | undefined {
  const architecture = architectures[process.arch];
  if (architecture === undefined || !platforms.includes(process.platform)) return undefined;
  return `${from}/v${VERSION}/kind-${process.platform}-${architecture}`;
}

async function versionOf(program: string): Promise<string | undefined> {
  const { failed, stdout } = await execa(program, ['version', '--quiet'], { reject: false });
  return failed ? undefined : stdout;
}

/** A kind built without a version prints words instead of a number; it counts as new enough. */
function isNewEnough(version: string | undefined): boolean {
  if (version === undefined) return false;
  const [, minor] = /^0\.(\d+)/.exec(version) ?? [];
  return minor === undefined || Number(minor) >= 33;
}
