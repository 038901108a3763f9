// What others use of this room.

export { isFaulty, lintOf } from './lint/lint.ts';
export { lintGithubText } from './lint/views/github.ts';
export { lintJsonText, lintSchema } from './lint/views/json.ts';
export { lintCodesMarkdown } from './lint/views/page.ts';
export { lintSarifText } from './lint/views/sarif.ts';
export { lintText } from './lint/views/text.ts';
export { meshFrom } from './mesh/mesh.ts';
export { readCluster } from './read/cluster.ts';
export { manifestsIn, readManifests } from './read/files.ts';
export { assertNamed, notMutual, type PairPattern, selectionOf } from './select.ts';
export type { Snapshot } from './snapshot.ts';
export { strictnessOf } from './strict.ts';
export { everyPair, surveyOf } from './survey.ts';
export { surveyJsonText, surveySchema } from './views/json.ts';
export { surveyText } from './views/text.ts';
