// What others use of this room.

export { type FoundScenario, foundFolder, foundSteps } from './found.ts';
export { stepObjects, withAges, workloadObjects } from './manifests.ts';
export { suitesIn } from './own.ts';
export {
  assertAsks,
  assertSound,
  kindsOf,
  needsStrangers,
  onRelease,
  type Scenario,
  scenarioOf,
  scenariosOf,
  topologiesOf,
  withTraffic,
} from './scenario.ts';
export type {
  Ages,
  AskStep,
  CheckName,
  CheckStep,
  Doubts,
  OwnAskStep,
  OwnCheckStep,
  OwnSuite,
  Step,
  Suite,
} from './suite.ts';
export {
  assertTogether,
  hasOneWorker,
  isServerFirst,
  namespacesOf,
  type Topology,
  topology,
  topologyFrom,
  topologyOfSuite,
} from './topology.ts';
export { idOf, keyOf, namedTraffic, placed, questionOf, type Traffic, targetOf } from './traffic.ts';
export { assertStepObject } from './valid-objects.ts';
