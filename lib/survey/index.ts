// What others use of this room.

export { assertJudged } from './changes/judged.ts';
export { edited, type ObjectName } from './changes/overlay.ts';
export { type Plan, planBetween, planOf } from './changes/plan.ts';
export { nearerPolicies, strictEdit } from './changes/strict-edit.ts';
export { upgradeOf } from './changes/upgrade.ts';

export { isFaulty, lintOf } from './lint/lint.ts';
export { lintGithubText } from './lint/views/github.ts';
export { type LintJson, lintJsonText, lintSchema } from './lint/views/json.ts';
export { lintCodesMarkdown } from './lint/views/page.ts';
export { lintSarifText } from './lint/views/sarif.ts';
export { lintText } from './lint/views/text.ts';
export { templateOf } from './mesh/from-templates.ts';
export { meshFrom, namespaceNotes, type SurveyedMesh } from './mesh/mesh.ts';
export { proxiesOf, roleOf } from './mesh/workload.ts';
export { type Answer, usual } from './pairs/answers.ts';
export type { Client } from './pairs/clients.ts';
export { nameOfServer, type Server } from './pairs/servers.ts';
export { readCluster } from './read/cluster.ts';
export { type Manifest, manifestsIn, placeWords, readManifests } from './read/files.ts';
export { withInjection } from './read/injection.ts';
export { templatePaths } from './read/kinds.ts';
export { assertNamed, type PairPattern, requireMutual, selectionOf } from './select.ts';
export { namespaceOf, namespacesNamed, objectsOf, type Place, type PodTemplate, type Snapshot } from './snapshot.ts';
export { strictnessOf } from './strict.ts';
export { everyPair, results, type Survey, surveyOf } from './survey.ts';
export { planAnnotations } from './views/changes/github.ts';
export {
  type PlanJson,
  planJsonText,
  planSchema,
  type UpgradeJson,
  upgradeJsonText,
  upgradeSchema,
} from './views/changes/json.ts';
export { planMarkdown, upgradeMarkdown } from './views/changes/markdown.ts';
export { planText, upgradeText } from './views/changes/text.ts';
export { isBreaking } from './views/changes/words.ts';
export { surveyPage } from './views/html/page.ts';
export { type SurveyJson, surveyJsonText, surveySchema } from './views/json.ts';
export { surveyText } from './views/text.ts';
