import { join } from 'node:path';
import { type BuildableModule, envoy, type IstioLayers, istioHub, istioPrograms, manifests } from '../builds/index.ts';
import type { OnProgress } from '../progress.ts';
import type { IstioSource } from './install.ts';
import type { BuiltRelease } from './releases.ts';
import { changesOf, definitionsOf, envoyOf, settingsFor, settingsWithoutFilters } from './wants.ts';

/** An Istio that was built on this machine. */
export interface BuiltIstio {
  source: IstioSource;
  /** The layers of its images, above their base. */
  layers: IstioLayers;
  /** Path of its CRDs. */
  definitions: string;
  /** Returns the settings that keep istioctl from applying the CRDs with these names again. */
  leftOut: (names: string[]) => string[];
}

/**
 * Returns a release, built from its own module, with upstream Envoy.
 * @param options.patches paths of additional patches of its source, to break it on purpose
 */
export async function builtIstio(
  { minor, module }: BuiltRelease,
  { patches = [], ...options }: { patches?: string[] | undefined; onProgress: OnProgress; signal: AbortSignal },
): Promise<BuiltIstio> {
  const { source } = changesOf(minor);
  const { file, leftOut } = definitionsOf(minor);
  const build = {
    ...moduleOf({ minor, module }),
    patches: [...source.map(({ file }) => join(manifests, 'patches', file)), ...patches],
    definitions: file,
  };
  const proxy = await envoy(envoyOf(minor), options);
  const programs = await istioPrograms(build, options);
  return {
    source: {
      version: module.version,
      istioctl: programs.istioctl,
      hub: istioHub,
      tag: module.version,
      values: [...settingsFor(minor), ...settingsWithoutFilters(minor)],
    },
    layers: { pilot: programs.pilot, proxy: programs.proxy, envoy: proxy },
    definitions: programs.definitions,
    leftOut,
  };
}

/** Returns how the Go module of a release is built. */
export function moduleOf({ minor, module }: Pick<BuiltRelease, 'minor' | 'module'>): BuildableModule {
  const { goMod } = changesOf(minor);
  return { ...module, edits: goMod.flatMap(({ edit }) => edit), sums: goMod.flatMap(({ sums }) => sums) };
}

/**
 * Returns the sentences to show wherever results of a built release are shown: what was built, what was changed in it
 * and why, and which Envoy it uses.
 */
export function notesOf({ minor, version, state, module }: BuiltRelease): string[] {
  const snapshot = module.version.endsWith('-dev');
  const date = module.pseudoVersion.replace(/^v0\.0\.0-(\d{4})(\d\d)(\d\d).*/, '$1-$2-$3');
  const commit = module.pseudoVersion.split('-').at(-1);
  const { goMod, source } = changesOf(minor);
  const changes = [...goMod, ...source].map(({ why }) => why);
  return [
    snapshot
      ? `Istio ${module.version} is a snapshot of development (${date}, commit ${commit}), built from source; ${minor}'s last patch is ${version}.`
      : `Istio ${module.version} (commit ${commit}) was built from source${module.version === version ? '' : `; ${minor}'s last patch is ${version}`}.`,
    ...(state === 'ended' ? [`Istio ${minor} is out of support.`] : []),
    ...(changes.length > 0 ? [`Changed for this build, without any effect on mutual TLS: ${changes.join(' ')}`] : []),
    `Envoy is upstream ${envoyOf(minor)}, so Istio's own filters (ALPN, metadata exchange, telemetry) are off; they play no part in mutual TLS.`,
  ];
}
