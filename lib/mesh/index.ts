// What others use of this room.

export { addressesOf, withAddresses } from './addresses.ts';
export { autoMtlsIn } from './auto-mtls/config.ts';
export { meshNow } from './auto-mtls/config-map.ts';
export { detectSettled, MESH_REPAIRED, OFF, sweepMesh } from './auto-mtls/lease.ts';
export { changedByOthers, switchAutoMtls, takeMesh } from './auto-mtls/switch.ts';
export type { Condition, Unmet } from './condition.ts';
export { countersOf, podAddresses, podNames } from './counters.ts';
export { awaitIstiod } from './istiod.ts';
export { awaitKnown } from './known.ts';
export { lookAround, lookAtMesh } from './look.ts';
export { otherRunOf } from './other-runs.ts';
export { lookAtOthers } from './others.ts';
export { everyPolicy, policiesOf } from './policies.ts';
export { type Readiness, readiness, replicaFailure, withReasons } from './ready.ts';
export { lookForRejections } from './rejections.ts';
export { rightsFor } from './rights.ts';
export {
  afterThrowing,
  type Learned,
  newId,
  nothingOnMesh,
  type PreparedRun,
  type Run,
  type Strangers,
  settingOf,
  worldOf,
} from './run.ts';
export { tokenCollector } from './server-logs.ts';
export { awaitServing, lookAtServing, podsIn } from './serving.ts';
export { countedAt, sharedNames } from './sharing.ts';
export { proxyStatuses, type SyncStatus } from './sync.ts';
export { watchingOn } from './watching.ts';
