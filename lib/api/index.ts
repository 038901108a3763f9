// What programs import from the package, and all that they may import. docs/api.md has examples, which a test runs.

export {
  type Expectation,
  type ExpectedOutcome,
  expectationOf,
  type KubeObject,
  type Question,
  type Reason,
  type World,
} from '../model/index.ts';
export { UsageError } from '../platform/errors.ts';
export type { AskResult, CellResult, CheckResult, JudgedAgain, Results } from '../results/index.ts';
export { judgedAgain } from '../results/index.ts';
export type {
  OwnAskStep as AskStep,
  OwnCheckStep as CheckStep,
  OwnSuite as Suite,
  Traffic,
} from '../scenario/index.ts';
export type { LintJson, ObjectName, PlanJson, SurveyJson, UpgradeJson } from '../survey/index.ts';
export type { RunRecord, Verdict, VerdictReason } from '../verdict/index.ts';
export { check, lint, type Manifests, type PlannedChange, plan, upgrade, worldOf } from './mesh.ts';
export { readRecords, readResults } from './runs.ts';
