// What others use of this room.

export { meshFrom } from './mesh/mesh.ts';
export { readCluster } from './read/cluster.ts';
export { manifestsIn, readManifests } from './read/files.ts';
export { assertNamed, notMutual, type PairPattern, selectionOf } from './select.ts';
export type { Snapshot } from './snapshot.ts';
export { strictnessOf } from './strict.ts';
export { everyPair, surveyOf } from './survey.ts';
export { surveyPage } from './views/html/page.ts';
export { surveyJsonText, surveySchema } from './views/json.ts';
export { surveyText } from './views/text.ts';
