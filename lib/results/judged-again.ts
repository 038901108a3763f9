import { judgeCheck, judgeStep, judgeUnasked } from '../verdict/judge.ts';
import type { Verdict, VerdictReason } from '../verdict/reasons.ts';
import type { RunRecord, StepRecord } from '../verdict/record/step.ts';
import { named, pairWords, placeWords } from './place.ts';
import type { Results, StepResult } from './types.ts';

/** A verdict that today's judge decides otherwise than the one of the run. */
export interface Turned {
  /** Such as `strict › STRICT on full: sleep.full → httpbin.full`. */
  of: string;
  then: Decided;
  now: Decided;
}

/** A verdict and what it follows from. */
export interface Decided {
  verdict: Verdict;
  reasons: VerdictReason[];
}

/** What came of judging a run again. */
export interface JudgedAgain {
  /** How many cells and checks were judged. */
  judged: number;
  turned: Turned[];
  /** The places of steps that only one of the two has, or with other pairs, so that they could not be compared. */
  unmatched: string[];
}

/** Judges a run again by its record, and compares that with what its results say. */
export function judgedAgain(record: RunRecord, { suites }: Pick<Results, 'suites'>): JudgedAgain {
  const left = [...record.steps];
  const again: JudgedAgain = { judged: 0, turned: [], unmatched: [] };
  for (const { name: suite, steps } of suites) {
    for (const result of steps) {
      const of = placeWords({ suite, step: result.title });
      const at = left.findIndex((one) => one.suite === suite && one.step === result.title);
      const [step] = at === -1 ? [] : left.splice(at, 1);
      const now = step && decidedIn(record, step, result);
      if (now === undefined) {
        again.unmatched.push(of);
        continue;
      }
      const then = toldIn(result);
      again.judged += then.length;
      for (const [nth, [pair, was]] of then.entries()) {
        const is = now[nth] as Decided;
        if (!isSame(was, is)) again.turned.push({ of: pair === '' ? of : `${of}: ${pair}`, then: was, now: is });
      }
    }
  }
  again.unmatched.push(...left.map(placeWords));
  return again;
}

/** Returns what today's judge decides on each cell of a step, or on a check; undefined if the result is of other pairs. */
function decidedIn({ setting }: RunRecord, step: StepRecord, result: StepResult): Decided[] | undefined {
  if (step.kind === 'check') return result.kind === 'check' ? [judgeCheck(step)] : undefined;
  if (result.kind === 'check') return undefined;
  if (step.kind === 'unasked') return result.cells.map(() => judgeUnasked(step));
  const pairs = step.asked.pairs.slice(0, step.own);
  if (pairs.length !== result.cells.length) return undefined;
  const judged = judgeStep(setting, step);
  return pairs.map((pair) => judged.of(pair));
}

/** Returns the verdicts of a step's result, each with the pair that it is of; a check has none. */
function toldIn(result: StepResult): [pair: string, Decided][] {
  if (result.kind === 'check') return [['', result]];
  return named(result.cells).map((cell) => [pairWords(cell), cell]);
}

function isSame(one: Decided, other: Decided): boolean {
  return one.verdict === other.verdict && JSON.stringify(one.reasons) === JSON.stringify(other.reasons);
}
