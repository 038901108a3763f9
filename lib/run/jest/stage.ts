import type { AskResult, CheckResult } from '../../results/index.ts';
import type { AskStep, CheckStep, Suite } from '../../scenario/index.ts';

/** What the launcher passes to the tests, which Jest runs in a VM of the same process. */
export interface JestStage {
  suites: readonly Suite[];
  /** Returns undefined for a step that is not run, because an earlier one failed. */
  perform(suite: Suite, step: AskStep): Promise<AskResult | undefined>;
  perform(suite: Suite, step: CheckStep): Promise<CheckResult | undefined>;
  /** Called with an uncaught error: while Jest runs, it treats all of them as failures of its tests. */
  onUncaught(error: unknown): void;
}

/** The error of a test whose step is not run. Jest cannot skip a test that has begun. */
export const NOT_RUN = 'not run: an earlier step failed';

let stage: JestStage | undefined;

/** Sets the stage of the next Jest run. */
export function setStage(next: JestStage): void {
  stage = next;
}

/** @throws Error if Jest was started without the launcher */
export function currentStage(): JestStage {
  if (stage === undefined) throw new Error('The conformance tests cannot run in Jest directly: use `npm test`.');
  return stage;
}
