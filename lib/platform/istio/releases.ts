import { UsageError } from '../errors.ts';

/** What this project needs to know about a minor release of Istio. */
export interface IstioRelease {
  /** Such as 1.31. */
  minor: string;
  /** The version to install: the last known patch, or the patch that the user asked for. */
  version: string;
  /** The Kubernetes minors that Istio's own table lists for it; the table does not have the oldest releases. */
  kubernetes?: { from: string; to: string };
  /** The Kubernetes minor of the kind node to run it on. */
  node: keyof typeof nodeImages;
  /** As of 2026-11-24. A `model only` release has expectations, but no current cluster can run it. */
  state: 'supported' | 'ended' | 'model only';
  /** What the native cluster builds for this minor; absent if it cannot be built or run. */
  module?: IstioModule;
}

/**
 * A commit of Istio as a Go module. Go's module proxies do not know Istio's releases by name, because their tags have
 * no leading `v`, but they serve most of their commits.
 */
export interface IstioModule {
  /** The patch release of the commit, or the name of a development snapshot (`1.31-dev`). */
  version: string;
  /** The module's version: the commit's time in UTC and the first 12 digits of its hash. */
  pseudoVersion: string;
  /** The module's checksum, as in go.sum. */
  sum: string;
}

/**
 * The newest node image that kind has published for each Kubernetes minor. They are pinned by digest, as kind's release
 * notes recommend, because kind rebuilds tags for later versions of itself. The comment is the version of kind that
 * built the image; all but the last run with kind 0.33.
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
  '1.26': 'kindest/node:v1.26.15@sha256:c79602a44b4056d7e48dc20f7504350f1e87530fe953428b792def00bc1076dd', // 0.25
  '1.22': 'kindest/node:v1.22.17@sha256:f5b2e5698c6c9d6d0adc419c0deae21a425c07d81bbf3b6a6834042f25d4fba2', // 0.20
  '1.21': 'kindest/node:v1.21.14@sha256:8a4e9bb3f415d2bb81629ce33ef9c76ba514c14d707f9797a01e3216376ba093', // 0.20
  '1.14': 'kindest/node:v1.14.10@sha256:b693339da2a927949025869425e20daf80111ccabf020d4021a23c00bae29d82', // 0.12
} as const;

const range = (from: string, to: string) => ({ from, to });
const built = (version: string, pseudoVersion: string, sum: string) => ({ version, pseudoVersion, sum });

/** Newest first. */
export const releases: readonly IstioRelease[] = [
  {
    minor: '1.31',
    version: '1.31.1',
    kubernetes: range('1.32', '1.36'),
    node: '1.35',
    state: 'supported',
    module: built('1.31-dev', 'v0.0.0-20260827124520-eed52ebb66ad', 'h1:ui9TJjRMAV/hb5ehQaZDq7IUGxuQP6dra9lapT/VjHI='),
  },
  {
    minor: '1.30',
    version: '1.30.5',
    kubernetes: range('1.32', '1.36'),
    node: '1.35',
    state: 'supported',
    module: built('1.30-dev', 'v0.0.0-20260423205519-b01690e6db7d', 'h1:A+Us0Ium1V2WFsOJYZAfeNfWmPQULLUVdgwNm7KjLF8='),
  },
  {
    minor: '1.29',
    version: '1.29.8',
    kubernetes: range('1.31', '1.35'),
    node: '1.35',
    state: 'ended',
    module: built('1.29.1', 'v0.0.0-20260306174214-6991a379e1fc', 'h1:/cuKTtCeZxShA9tOz6N0QwNraftSlel9bqOvMNune94='),
  },
  {
    minor: '1.28',
    version: '1.28.10',
    kubernetes: range('1.30', '1.34'),
    node: '1.34',
    state: 'ended',
    module: built('1.28.3', 'v0.0.0-20260114100434-4c1f845d839e', 'h1:0lQ356FUPlFFnxe2w30195zOvwQPzCepZra5MY18tIM='),
  },
  {
    minor: '1.27',
    version: '1.27.9',
    kubernetes: range('1.29', '1.33'),
    node: '1.33',
    state: 'ended',
    module: built('1.27.0', 'v0.0.0-20250808040725-7359d8be2504', 'h1:tblfA2CTj3NWnw5XBlP3Lr0NxmXiCJ1TulQ8PZrKHcA='),
  },
  {
    minor: '1.26',
    version: '1.26.8',
    kubernetes: range('1.29', '1.33'),
    node: '1.33',
    state: 'ended',
    module: built('1.26.1', 'v0.0.0-20250527174434-2ce3ad897b98', 'h1:FUENDwcJCf/xliuB8q6jPn20nL5MZc6TFhRfoERCZcA='),
  },
  {
    minor: '1.25',
    version: '1.25.5',
    kubernetes: range('1.29', '1.32'),
    node: '1.32',
    state: 'ended',
    module: built('1.25.3', 'v0.0.0-20250509145646-a62d39695c06', 'h1:CLriS2PqPPc0GDpYqvUXctlyABbeCme8KUNp1VS/S5M='),
  },
  {
    minor: '1.24',
    version: '1.24.6',
    kubernetes: range('1.28', '1.31'),
    node: '1.31',
    state: 'ended',
    module: built('1.24.2', 'v0.0.0-20241214032803-7754674f65d3', 'h1:remhEc2PJofM+dUQezuaESREq/QuBlRdaT7R90mQW1w='),
  },
  {
    minor: '1.23',
    version: '1.23.6',
    kubernetes: range('1.27', '1.30'),
    node: '1.30',
    state: 'ended',
    module: built('1.23.2', 'v0.0.0-20240917190016-da0b3f29e9f9', 'h1:UhxL8VMX4CoumR2Sozrn3Tmzm0TEp9LW0ByerCkak08='),
  },
  {
    minor: '1.22',
    version: '1.22.8',
    kubernetes: range('1.27', '1.30'),
    node: '1.30',
    state: 'ended',
    module: built('1.22.3', 'v0.0.0-20240709015522-1e0dc8dd8809', 'h1:Befi25J316GG748aL96JtBf/fbFEyxJ3tosqG0b5SaI='),
  },
  {
    minor: '1.21',
    version: '1.21.6',
    kubernetes: range('1.26', '1.29'),
    node: '1.29',
    state: 'ended',
    module: built('1.21.3', 'v0.0.0-20240601203759-7f26a100ece0', 'h1:6HLkTVaj5+eXNmHCV2BRntBLGnEyRlbSKSYfqppzKqo='),
  },
  {
    minor: '1.20',
    version: '1.20.8',
    kubernetes: range('1.25', '1.29'),
    node: '1.27',
    state: 'ended',
    module: built('1.20.1', 'v0.0.0-20231207195727-552626bd81f6', 'h1:n1TO3aL4moeyOQZGMQZGdFM9ws6D7g062M4sw0MJkB0='),
  },
  {
    minor: '1.19',
    version: '1.19.10',
    kubernetes: range('1.25', '1.28'),
    node: '1.27',
    state: 'ended',
    module: built('1.19.0', 'v0.0.0-20230901023555-3b3ca8ec1632', 'h1:FIt188FjltdiOkQBxBfkaEt/j2LFt5fwLUpn5zcyt4g='),
  },
  {
    minor: '1.18',
    version: '1.18.7',
    kubernetes: range('1.24', '1.27'),
    node: '1.27',
    state: 'ended',
    module: built('1.18.7', 'v0.0.0-20231227034429-2afa2f36166a', 'h1:k+kTciqV3yKI2hwaMRuQkOMYsHwOdPnzFKQWIJlGqwk='),
  },
  {
    minor: '1.17',
    version: '1.17.8',
    kubernetes: range('1.23', '1.26'),
    node: '1.26',
    state: 'ended',
    module: built('1.17.5', 'v0.0.0-20230719200611-681b4f65a752', 'h1:BRz0SZiDW6DIMVXFtRXsdKiw2CsuuzlKNj3RURIaX7g='),
  },
  {
    minor: '1.16',
    version: '1.16.7',
    kubernetes: range('1.22', '1.25'),
    node: '1.22',
    state: 'ended',
    module: built('1.16.5', 'v0.0.0-20230519000352-ae8d5164776c', 'h1:Z25ZiElSql9rihCr3T7xivF69ErimeVykur76KV7JSc='),
  },
  {
    minor: '1.15',
    version: '1.15.7',
    kubernetes: range('1.22', '1.25'),
    node: '1.22',
    state: 'ended',
    module: built('1.15.1', 'v0.0.0-20220923214536-bf836f0be536', 'h1:fZZTZUPpzAJqGqKzijw7j5ss1kAZXYHO8YNfdhZmn48='),
  },
  {
    minor: '1.14',
    version: '1.14.6',
    kubernetes: range('1.21', '1.24'),
    node: '1.22',
    state: 'ended',
    module: built('1.14.0', 'v0.0.0-20220527110309-3aa487bb6ec8', 'h1:GGY4VP7XhZfRCRK21OT1NG3vw4fKQo0nhk8+FImD5lM='),
  },
  {
    minor: '1.13',
    version: '1.13.9',
    kubernetes: range('1.20', '1.23'),
    node: '1.22',
    state: 'ended',
    module: built('1.13.4', 'v0.0.0-20220516185659-202e88863858', 'h1:kgOMeON9ytJh4WYQRAmO5KyLL8C8LBNxdfYl6rOSXt8='),
  },
  {
    minor: '1.12',
    version: '1.12.9',
    kubernetes: range('1.19', '1.22'),
    node: '1.22',
    state: 'ended',
    module: built('1.12.7', 'v0.0.0-20220502132137-56f057aaaf2a', 'h1:RUbGJ5IVJmjyq9oEfSwda1hHp3xD/dCx2gLanfzvt/c='),
  },
  {
    minor: '1.11',
    version: '1.11.8',
    kubernetes: range('1.18', '1.22'),
    node: '1.21',
    state: 'ended',
    module: built('1.11.6', 'v0.0.0-20220202113621-81bf17e7b1d3', 'h1:q3GcdSpb5zKKbglLKJxvQ7d8cNbjmM08X1EF+hK5jGo='),
  },
  {
    minor: '1.10',
    version: '1.10.6',
    kubernetes: range('1.18', '1.21'),
    node: '1.21',
    state: 'ended',
    module: built('1.10.0', 'v0.0.0-20210514163357-d26cba7e3415', 'h1:G4TK8n+dWCLCmRFerPbW9T6ReO9JbsAC8F7oZ/OKIRk='),
  },
  // Its node image needs cgroup v1.
  { minor: '1.4', version: '1.4.10', node: '1.14', state: 'model only' },
];

/** Returns the default release of a run. */
export function newestRelease(): IstioRelease {
  return releases[0] as IstioRelease;
}

/**
 * Returns the release that a text names: a minor (`1.31`, which is its last patch) or a patch (`1.31.0`).
 * @throws UsageError that lists the known releases
 */
export function releaseFor(text: string): IstioRelease {
  const [, minor, patch] = /^v?(\d+\.\d+)(\.\d+)?$/.exec(text.trim()) ?? [];
  const release = releases.find((one) => one.minor === minor);
  if (release === undefined) {
    const known = releases.map((one) => one.minor).join(', ');
    throw new UsageError(`"${text}" is not a known release of Istio: use one of ${known}, or a patch such as 1.31.1.`);
  }
  return patch === undefined ? release : { ...release, version: `${release.minor}${patch}` };
}

/** A release that the native cluster can build. */
export type BuiltRelease = IstioRelease & { module: IstioModule };

/** Returns the releases that the native cluster can run, newest first. */
export function builtReleases(): BuiltRelease[] {
  return releases.filter((release): release is BuiltRelease => release.module !== undefined);
}

/** Returns the default release of a native cluster. */
export function newestBuilt(): BuiltRelease {
  return builtReleases()[0] as BuiltRelease;
}

/**
 * Returns the release that a text names and the native cluster builds: a minor (`1.24`), exactly the patch that it
 * builds (`1.24.2`), or a snapshot (`1.31-dev`).
 * @throws UsageError that lists what can be built
 */
export function builtReleaseFor(text: string): BuiltRelease {
  const wanted = text.trim().replace(/^v/, '');
  const built = builtReleases();
  const exact = built.find(({ minor, module }) => wanted === minor || wanted === module.version);
  if (exact !== undefined) return exact;
  const near = built.find(({ minor }) => wanted.startsWith(`${minor}.`) || wanted === `${minor}-dev`);
  throw new UsageError(
    near === undefined
      ? `The native cluster has no Istio "${text}": name one of ${built.map(({ minor }) => minor).join(', ')}.`
      : `Of Istio ${near.minor} the native cluster builds ${near.module.version}, not ${wanted}: name ${near.minor}, or take --cluster kind, which runs every published patch.`,
  );
}

/** Returns the kind node image for a release. */
export function nodeImageFor({ node }: IstioRelease): string {
  return nodeImages[node];
}

const architectures: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', arm64: 'arm64' };

/**
 * Returns the file name of the archive with a release's istioctl.
 * @throws UsageError if the release has none for this platform
 */
export function tarballOf(
  { minor, version }: IstioRelease,
  { platform, arch }: { platform: NodeJS.Platform; arch: NodeJS.Architecture },
): string {
  const architecture = architectures[arch];
  const older = Number(minor.split('.')[1]) < 6;
  if (platform !== 'linux' || architecture === undefined || (older && architecture !== 'amd64')) {
    throw new UsageError(
      `Istio ${version} is available for Linux on amd64${older ? '' : ' or arm64'}, but this is ${platform} on ${arch}: use another machine.`,
    );
  }
  return older ? `istio-${version}-linux.tar.gz` : `istio-${version}-linux-${architecture}.tar.gz`;
}
