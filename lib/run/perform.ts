import { afterThrowing, type Learned, type Run, settingOf } from '../mesh/index.ts';
import { messageOf } from '../platform/errors.ts';
import { VERSION } from '../platform/machine.ts';
import type { StepResult } from '../results/index.ts';
import type { CheckName, CheckStep, Scenario } from '../scenario/index.ts';
import {
  type AskedStepRecord,
  type CheckRecord,
  judgeCheck,
  type RunRecord,
  type RunSetting,
  type StepRecord,
  type UnaskedStepRecord,
  type VerdictReason,
  whyOf,
} from '../verdict/index.ts';
import { askStep, unaskedStep } from './ask.ts';
import type { CheckReasons } from './checks/check-reasons.ts';
import { checks } from './checks/checks.ts';

/** Checks of whether the run can begin. If one does not pass, it blocks every later step that asks pairs. */
const preconditions = new Set<CheckName>(['ready', 'mesh-default', 'no-destination-rules', 'auto-mtls']);

/** The result of a step, what its verdicts follow from, and what the next step begins with. */
export interface PerformedStep {
  result: StepResult;
  record: AskedStepRecord | UnaskedStepRecord | CheckRecord;
  learned: Learned;
}

interface UntimedStep extends Pick<PerformedStep, 'record' | 'learned'> {
  result: Untimed<StepResult>;
}
type Untimed<Step> = Step extends StepResult ? Omit<Step, 'ms'> : never;

/**
 * Performs one step of a suite and measures its duration. Any error makes the result inconclusive, with the error as
 * the reason.
 * @throws the signal's reason if the run is interrupted, and nothing else
 */
export async function performStep(run: Run, learned: Learned, step: Scenario | CheckStep): Promise<PerformedStep> {
  const begunAt = performance.now();
  const { result, ...found } = await perform(run, learned, step);
  return { result: { ...result, ms: performance.now() - begunAt }, ...found };
}

async function perform(run: Run, learned: Learned, step: Scenario | CheckStep): Promise<UntimedStep> {
  run.signal.throwIfAborted();
  run.onProgress({ phase: 'step', detail: step.title });
  try {
    if (step.kind === 'ask') {
      const { blocked } = learned;
      if (blocked === undefined) return await askStep(run, learned, step);
      return { ...unaskedStep(run, learned, step, { code: 'not-asked', said: blocked }), learned };
    }
    return checkResult(run, learned, step, await checks[step.check](run, learned, step));
  } catch (error) {
    run.signal.throwIfAborted();
    const reason: VerdictReason = { code: 'step-failed', error: messageOf(error) };
    if (step.kind === 'check') return checkResult(run, learned, step, { reasons: [reason] });
    return { ...unaskedStep(run, learned, step, reason), learned: afterThrowing(learned, messageOf(error)) };
  }
}

/** Returns the record of a step that was performed, with its place and what was decided. */
export function recordedStep(suite: string, { result, record }: Pick<PerformedStep, 'result' | 'record'>): StepRecord {
  const all = result.kind === 'check' ? [result] : result.cells;
  const decided = all.map(({ verdict, reasons }) => ({ verdict, reasons }));
  return { suite, step: result.title, decided, ...record };
}

/** Returns the record of a run. */
export function runRecordOf({ id }: Pick<Run, 'id'>, setting: RunSetting, steps: StepRecord[]): RunRecord {
  return { schema: 'automtls.dev/record/v1', automtls: { version: VERSION }, run: id, setting, steps };
}

function checkResult(
  run: Run,
  learned: Learned,
  { check, title }: CheckStep,
  { objects, ...seen }: CheckReasons,
): UntimedStep {
  const { verdict, reasons, rows } = judgeCheck(settingOf(run), seen);
  const why = whyOf(reasons);
  const blocks = verdict !== 'pass' && preconditions.has(check);
  return {
    result: { kind: 'check', title, verdict, why, reasons, ...(objects && { objects }), ...(rows && { rows }) },
    record: { kind: 'check', ...seen },
    learned: blocks ? { ...learned, blocked: learned.blocked ?? why } : learned,
  };
}
