// What others use of this room.

export type { FailedStep, OnFailure } from './after-failure.ts';
export { askStep } from './ask.ts';
export { type ConformanceOptions, type JestCount, type Perform, runConformance } from './conformance.ts';
export { injected } from './deploy.ts';
export { runSuites } from './jest/run-suites.ts';
export type { JestStage } from './jest/stage.ts';
export { performStep, recordedStep, runRecordOf } from './perform.ts';
export {
  assertSuitable,
  endRun,
  type Prepared,
  populate,
  prepare,
  type Started,
  type StartOptions,
  UnsuitableError,
} from './start.ts';
export { awaitGone, leftWords, sweep, sweptWords } from './sweep.ts';
