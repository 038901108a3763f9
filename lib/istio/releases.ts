import { UsageError } from '../errors.ts';

/** A minor release of Istio, as far as running and judging it needs to know. */
export interface IstioRelease {
  /** Such as 1.31. */
  minor: string;
  /** What to install: the last patch seen, or the patch that was asked for. */
  version: string;
  /** The Kubernetes minors that Istio's own table lists; the oldest releases are in none. */
  kubernetes?: { from: string; to: string };
  /** The Kubernetes minor of the kind node to run it on. */
  node: keyof typeof nodeImages;
  /** As of 2026-11-24. A `model only` one has expectations but no cluster of today can run it. */
  state: 'supported' | 'ended' | 'model only';
}

/** Where the images of every release are; Istio's other registry closes in December 2026. */
export const hub = 'docker.io/istio';

/**
 * The newest node image of each Kubernetes minor that kind has published, pinned as kind's release notes ask for: a tag
 * is built again for later versions of kind. Behind each the kind that built it; all but the last run with 0.33.
 */
const nodeImages = {
  '1.35': 'kindest/node:v1.35.8@sha256:07b2536e30b803ed61d1677a79df6115f798ce64c80f9e22f6ed45afd09323c0', // 0.33
  '1.34': 'kindest/node:v1.34.11@sha256:44e222ee2132dab25ff87301682f89eb82c7880ea3a1bf543bfe9708fd08d67d', // 0.33
  '1.33': 'kindest/node:v1.33.12@sha256:3f5c8443c620245e4d355cfe09e96a91ead32ceaa569d3f1ca9edf0cb2fe2ff4', // 0.32
  '1.32': 'kindest/node:v1.32.11@sha256:5fc52d52a7b9574015299724bd68f183702956aa4a2116ae75a63cb574b35af8', // 0.31
  '1.31': 'kindest/node:v1.31.14@sha256:6f86cf509dbb42767b6e79debc3f2c32e4ee01386f0489b3b2be24b0a55aac2b', // 0.31
  '1.30': 'kindest/node:v1.30.13@sha256:397209b3d947d154f6641f2d0ce8d473732bd91c87d9575ade99049aa33cd648', // 0.29
  '1.29': 'kindest/node:v1.29.14@sha256:8703bd94ee24e51b778d5556ae310c6c0fa67d761fae6379c8e0bb480e6fea29', // 0.27
  '1.27': 'kindest/node:v1.27.16@sha256:2d21a61643eafc439905e18705b8186f3296384750a835ad7a005dceb9546d20', // 0.25
  '1.22': 'kindest/node:v1.22.17@sha256:f5b2e5698c6c9d6d0adc419c0deae21a425c07d81bbf3b6a6834042f25d4fba2', // 0.20
  '1.21': 'kindest/node:v1.21.14@sha256:8a4e9bb3f415d2bb81629ce33ef9c76ba514c14d707f9797a01e3216376ba093', // 0.20
  '1.14': 'kindest/node:v1.14.10@sha256:b693339da2a927949025869425e20daf80111ccabf020d4021a23c00bae29d82', // 0.12
} as const;

const range = (from: string, to: string) => ({ from, to });

/** Newest first. */
export const releases: readonly IstioRelease[] = [
  { minor: '1.31', version: '1.31.1', kubernetes: range('1.32', '1.36'), node: '1.35', state: 'supported' },
  { minor: '1.30', version: '1.30.5', kubernetes: range('1.32', '1.36'), node: '1.35', state: 'supported' },
  { minor: '1.29', version: '1.29.8', kubernetes: range('1.31', '1.35'), node: '1.35', state: 'ended' },
  { minor: '1.28', version: '1.28.10', kubernetes: range('1.30', '1.34'), node: '1.34', state: 'ended' },
  { minor: '1.27', version: '1.27.9', kubernetes: range('1.29', '1.33'), node: '1.33', state: 'ended' },
  { minor: '1.26', version: '1.26.8', kubernetes: range('1.29', '1.33'), node: '1.33', state: 'ended' },
  { minor: '1.25', version: '1.25.5', kubernetes: range('1.29', '1.32'), node: '1.32', state: 'ended' },
  { minor: '1.24', version: '1.24.6', kubernetes: range('1.28', '1.31'), node: '1.31', state: 'ended' },
  { minor: '1.23', version: '1.23.6', kubernetes: range('1.27', '1.30'), node: '1.30', state: 'ended' },
  { minor: '1.22', version: '1.22.8', kubernetes: range('1.27', '1.30'), node: '1.30', state: 'ended' },
  { minor: '1.21', version: '1.21.6', kubernetes: range('1.26', '1.29'), node: '1.29', state: 'ended' },
  { minor: '1.20', version: '1.20.8', kubernetes: range('1.25', '1.29'), node: '1.27', state: 'ended' },
  // kept for what changed between the two: the per-endpoint look at workload policies
  { minor: '1.12', version: '1.12.9', kubernetes: range('1.19', '1.22'), node: '1.22', state: 'ended' },
  { minor: '1.11', version: '1.11.8', kubernetes: range('1.18', '1.22'), node: '1.21', state: 'ended' },
  // its node needs cgroup v1
  { minor: '1.4', version: '1.4.10', node: '1.14', state: 'model only' },
];

/** Returns the release that a run takes where none is asked for. */
export function newestRelease(): IstioRelease {
  return releases[0] as IstioRelease;
}

/**
 * Returns the release of a minor (`1.31`, its last patch) or of a patch (`1.31.0`).
 * @throws UsageError that names the releases there are
 */
export function releaseFor(text: string): IstioRelease {
  const [, minor, patch] = /^v?(\d+\.\d+)(\.\d+)?$/.exec(text.trim()) ?? [];
  const release = releases.find((one) => one.minor === minor);
  if (release === undefined) {
    const known = releases.map((one) => one.minor).join(', ');
    throw new UsageError(
      `"${text}" is no release of Istio known here: name one of ${known}, or a patch such as 1.31.1.`,
    );
  }
  return patch === undefined ? release : { ...release, version: `${release.minor}${patch}` };
}

/** Returns the kind node image for a release. */
export function nodeImageFor({ node }: IstioRelease): string {
  return nodeImages[node];
}

const architectures: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', arm64: 'arm64' };

/**
 * Returns the file name of the archive that has a release's istioctl.
 * @throws UsageError where the release has none for this kind of machine
 */
export function tarballOf(
  { minor, version }: IstioRelease,
  { platform, arch }: { platform: NodeJS.Platform; arch: NodeJS.Architecture },
): string {
  const architecture = architectures[arch];
  const older = Number(minor.split('.')[1]) < 6;
  if (platform !== 'linux' || architecture === undefined || (older && architecture !== 'amd64')) {
    throw new UsageError(
      `Istio ${version} is fetched for Linux on amd64${older ? '' : ' or arm64'}, and this is ${platform} on ${arch}: use another machine.`,
    );
  }
  return older ? `istio-${version}-linux.tar.gz` : `istio-${version}-linux-${architecture}.tar.gz`;
}
