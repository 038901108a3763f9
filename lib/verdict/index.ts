// What others use of this room.

export { counted, type Effect } from './entry.ts';
export type { Verdict } from './fields.ts';
export { FORGED, forgery } from './forged.ts';
export type { Gap } from './gaps.ts';
export { changes, changesUnseen, differ } from './judge/answers/changes.ts';
export { answering, isUnanswered } from './judge/answers/control.ts';
export { answersMissing, isSampled } from './judge/answers/decide.ts';
export { rareOf, usual } from './judge/answers/rare.ts';
export { addBatch, type BatchObservation } from './judge/answers/replay.ts';
export { answersFor, chanceOfMissing, usualSensitivity } from './judge/answers/sensitivity.ts';
export { isHttp } from './judge/answers/shown.ts';
export { ARRIVED, emptyTally, lastSeen, matches, type Tally, UNLIKELY } from './judge/answers/tally.ts';
export { didOtherwise } from './judge/mesh/arrival.ts';
export { foreignAmong } from './judge/mesh/foreign.ts';
export { keyOf } from './judge/mesh/makers.ts';
export { driftReason } from './judge/mesh/mesh.ts';
export { servicesNamed } from './judge/mesh/named.ts';
export { acting, isIstios, likelyCauses } from './judge/mesh/others.ts';
export {
  carriesProxy,
  containersOf,
  isEnding,
  isRunning,
  PROXY,
  podName,
  podsOf,
  statusesOf,
} from './judge/mesh/pods.ts';
export { labelled } from './judge/mesh/reach.ts';
export { rejectionReasons, unreadReasons } from './judge/mesh/rejections.ts';
export { servingProblems } from './judge/mesh/serving.ts';
export { additions, differences } from './judge/mesh/stored.ts';
export { judgePairs } from './judge/pairs.ts';
export { counterEvidenceOf, counterId, plainRequestsTo } from './judge/sidecars/counters.ts';
export { countersOf } from './judge/sidecars/evidence.ts';
export { type ExpectedTraffic, expectedTrafficAt, isArrived, isSettled } from './judge/sidecars/expected-traffic.ts';
export { hasFailed } from './judge/strangers/tried.ts';
export { judgeCheck, judgeStep, judgeUnasked } from './judge.ts';
export type { Interval, Judgement, Seen, Sensitivity } from './judgement.ts';
export { expectedWords, notObserved, observationWords, outcomeWords, shareWords } from './observation.ts';
export type { Answer, Answerer, Observation } from './observed.ts';
export type { MeshChange } from './reasons/others.ts';
export type { FieldChange } from './reasons/serving.ts';
export {
  type Advice,
  adviceFor,
  effectOf,
  isDoubt,
  isOfStep,
  objectsOf,
  reasonGroups,
  reasonWords,
  type VerdictReason,
  whyOf,
} from './reasons.ts';
export type {
  AnsweredBatch,
  AnswerPhase,
  AskedRecord,
  Batch,
  ClusterCounts,
  ConnectionCounts,
  Counter,
  CounterPart,
  EndpointCounts,
  OutboundReading,
  OutboundReadings,
  Pair,
  Reading,
  Shown,
  SidecarsRecord,
} from './record/asked.ts';
export { doesAsIstios } from './record/istios.ts';
export type {
  EndpointSlice,
  Looked,
  MeshDrift,
  MeshLooked,
  OthersNow,
  OthersObject,
  Pod,
  Pods,
  Rejection,
  Rejections,
  ReplicaSet,
  RunSetting,
  ServerLog,
  Serving,
  StoredObject,
} from './record/looked.ts';
export {
  type AskedStepRecord,
  type CheckRecord,
  type CheckSeen,
  type Decided,
  type EachRecord,
  type NamedPair,
  pairRecord,
  type RunRecord,
  type StepRecord,
  type UnaskedStepRecord,
} from './record/step.ts';
export {
  type CameOfImpostor,
  type CameOfStranger,
  countedReplies,
  type ImpostorCounts,
  type ImpostorRow,
  type NamesRow,
  type Reply,
  type StrangerRow,
  type TriedRecord,
  type TriedRow,
} from './record/tried.ts';
export { trimmed, trimmedServing } from './record/trimmed.ts';
export type { Unseen } from './unseen.ts';
