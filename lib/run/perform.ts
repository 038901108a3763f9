import type { Run } from '../mesh/run.ts';
import { messageOf } from '../platform/errors.ts';
import type { StepResult } from '../results/types.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { CheckName, CheckStep } from '../scenario/suite.ts';
import { judgeCheck } from '../verdict/judge.ts';
import { type VerdictReason, whyOf } from '../verdict/reasons.ts';
import type { AskedStepRecord, CheckRecord, UnaskedStepRecord } from '../verdict/record/step.ts';
import { askStep, unaskedStep } from './ask.ts';
import { checks, type Finding } from './checks/checks.ts';

/** Checks of whether the run can begin. If one does not pass, it blocks every later step that asks pairs. */
const preconditions = new Set<CheckName>(['ready', 'mesh-default', 'no-destination-rules', 'auto-mtls']);

/** The result of a step, and what its verdicts follow from. */
export interface Performed {
  result: StepResult;
  record: AskedStepRecord | UnaskedStepRecord | CheckRecord;
}

interface UntimedStep extends Pick<Performed, 'record'> {
  result: Untimed<StepResult>;
}
type Untimed<Step> = Step extends StepResult ? Omit<Step, 'ms'> : never;

/**
 * Performs one step of a suite and measures its duration. Any error makes the result inconclusive, with the error as
 * the reason.
 * @throws the signal's reason if the run is interrupted, and nothing else
 */
export async function performStep(run: Run, step: Scenario | CheckStep): Promise<Performed> {
  const begunAt = performance.now();
  const { result, record } = await perform(run, step);
  return { result: { ...result, ms: performance.now() - begunAt }, record };
}

async function perform(run: Run, step: Scenario | CheckStep): Promise<UntimedStep> {
  run.signal.throwIfAborted();
  run.onProgress({ phase: 'step', detail: step.title });
  try {
    if (step.kind === 'ask') {
      return run.blocked === undefined
        ? await askStep(run, step)
        : unaskedStep(run, step, { code: 'not-asked', said: run.blocked });
    }
    return checkResult(run, step, await checks[step.check](run, step));
  } catch (error) {
    run.signal.throwIfAborted();
    const reason: VerdictReason = { code: 'step-failed', error: messageOf(error) };
    return step.kind === 'ask' ? unaskedStep(run, step, reason) : checkResult(run, step, { reasons: [reason] });
  }
}

function checkResult(run: Run, { check, title }: CheckStep, finding: Finding): UntimedStep {
  const { verdict, reasons } = judgeCheck(finding);
  const why = whyOf(reasons);
  if (verdict !== 'pass' && preconditions.has(check)) run.blocked ??= why;
  return { result: { kind: 'check', title, verdict, why, ...finding }, record: { kind: 'check', reasons } };
}
