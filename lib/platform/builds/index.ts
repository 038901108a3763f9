// What others use of this room.

export { artefact, artefactPlace, cacheDirectory } from './cache.ts';
export { download, publishedDigest } from './download.ts';
export { envoy } from './envoy.ts';
export type { BuildableModule } from './go/istio-module.ts';
export { type IstioTest, istioTest } from './go/istio-test.ts';
export { execaInNamespaces, killWithParent } from './go/kill-with-parent.ts';
export { programs } from './go/programs.ts';
export { imageNames, istioHub, istioImage } from './images/image-names.ts';
export { type IstioLayers, imagesOf, istioLayers, layerMark, nativeImages } from './images/images.ts';
export { cniPlugins, ensurePackages, forImages, forNative, searchPath } from './images/packages.ts';
export { istioPrograms } from './istio.ts';
export { ifUnlocked, withLock } from './lock.ts';
export { manifests } from './manifests.ts';
export { type CachedArtefact, kept, LIMIT_BYTES, remove, superfluous } from './prune.ts';
export { together } from './together.ts';
