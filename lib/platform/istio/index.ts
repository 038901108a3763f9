// What others use of this room.

export { type BuiltIstio, builtIstio, moduleOf, notesOf } from './built.ts';
export { crdSchemas, type KindSchemas } from './crd-schemas.ts';
export { detect, type Istio, meshOf, type PolicyApi, selectorText } from './detect.ts';
export { installIstio } from './install.ts';
export { builtReleaseFor, builtReleases, newestBuilt, nodeImageFor, releaseFor, releases } from './releases.ts';
export { chooseIstio, type IstioChoice, sourceOf } from './source.ts';
