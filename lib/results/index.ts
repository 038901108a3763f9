// What others use of this room.

export { type Cause, causesOf, whyWithCauses } from './causes.ts';
export { resultsFrom, textOf } from './file.ts';
export { type JudgedAgain, judgedAgain, type Turned } from './judged-again.ts';
export { keyOf, named, namesOf, type Place, pairWords, placeWords, trafficWords } from './place.ts';
export { packed, RECORD, recordsFrom } from './record-file.ts';
export { runFile } from './run-file.ts';
export { resultsJsonSchema, resultsSchema } from './schema.ts';
export { countOf, isUnbegun, sealed, verdictsOf } from './summary.ts';
export {
  type AskResult,
  type CellResult,
  type CheckResult,
  type CheckRow,
  type Count,
  cluster,
  type Results,
  type StepResult,
  type SuiteResult,
  type Summary,
  type TrafficKey,
  type UnsealedResults,
} from './types.ts';
