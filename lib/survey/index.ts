// What others use of this room.

export { meshFrom } from './mesh/mesh.ts';
export type { Answer } from './pairs/answers.ts';
export type { Client } from './pairs/clients.ts';
export { nameOfServer, type Server } from './pairs/servers.ts';
export { readCluster } from './read/cluster.ts';
export { manifestsIn, readManifests } from './read/files.ts';
export { assertNamed, notMutual, type PairPattern, selectionOf } from './select.ts';
export type { PodTemplate, Snapshot } from './snapshot.ts';
export { strictnessOf } from './strict.ts';
export { everyPair, type Survey, surveyOf } from './survey.ts';
export { surveyJsonText, surveySchema } from './views/json.ts';
export { surveyText } from './views/text.ts';
