import type { AskResult, CheckResult } from '../results/types.ts';
import type { AskStep, CheckStep, Suite } from '../run/suite.ts';

/** What the launcher hands to the tests, which Jest runs in a realm of their own in the same process. */
export interface Stage {
  suites: readonly Suite[];
  perform(suite: Suite, step: AskStep): Promise<AskResult>;
  perform(suite: Suite, step: CheckStep): Promise<CheckResult>;
  /** Takes an error that nobody caught: while Jest runs, it takes them all for failures of its tests. */
  onUncaught(error: unknown): void;
}

let stage: Stage | undefined;

/** Sets what the next Jest run plays. */
export function setStage(next: Stage): void {
  stage = next;
}

/** @throws Error where Jest was started by itself, without the launcher that makes a run. */
export function currentStage(): Stage {
  if (stage === undefined) throw new Error('The conformance tests are run by `npm test`, not by jest itself.');
  return stage;
}
