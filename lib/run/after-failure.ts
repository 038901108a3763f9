import type { Learned, Run } from '../mesh/index.ts';
import { messageOf } from '../platform/errors.ts';
import type { AskResult, StepResult } from '../results/index.ts';
import type { CheckStep, Scenario, Suite } from '../scenario/index.ts';

/** A step of which at least one cell failed. Its cells are in the order of its traffic. */
export interface FailedStep {
  suite: Suite;
  step: Scenario;
  result: AskResult;
}

/** Looks at the mesh after a failure. Returns the step's result, to which it adds nothing but the files that it keeps. */
export type OnFailure = (run: Run, learned: Learned, failed: FailedStep) => Promise<AskResult>;

/**
 * Looks at the mesh if a cell of a step failed, while the step's objects are still applied.
 * @returns the step's result, and a sentence if looking failed; that changes no verdict
 */
export async function afterStep(
  run: Run,
  learned: Learned,
  { suite, step, result }: { suite: Suite; step: Scenario | CheckStep; result: StepResult },
  onFailure: OnFailure | undefined,
): Promise<{ result: StepResult; error?: string }> {
  if (onFailure === undefined || step.kind !== 'ask' || result.kind !== 'ask') return { result };
  if (!result.cells.some(({ verdict }) => verdict === 'fail')) return { result };
  try {
    return { result: await onFailure(run, learned, { suite, step, result }) };
  } catch (error) {
    return { result, error: `what belongs to the failures of "${step.title}" was not kept: ${messageOf(error)}` };
  }
}
