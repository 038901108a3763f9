import { isDeepStrictEqual } from 'node:util';
import { logicalNames } from '../model/index.ts';
import { mapTexts } from '../platform/texts.ts';
import {
  type Decided,
  judgeCheck,
  judgeStep,
  judgeUnasked,
  type RunRecord,
  type StepRecord,
} from '../verdict/index.ts';
import { placeWords } from './place.ts';

/** A verdict that today's judge decides otherwise than the run did. */
export interface Turned {
  /** Such as `strict › STRICT on full › sleep.full → httpbin.full`. */
  of: string;
  was: Decided;
  is: Decided;
}

/** What came of judging a run again. */
export interface JudgedAgain {
  /** How many cells and checks were judged. */
  judged: number;
  turned: Turned[];
}

/** Judges runs again by their records, and compares that with what was decided then. */
export function judgedAgain(records: readonly RunRecord[]): JudgedAgain {
  const again: JudgedAgain = { judged: 0, turned: [] };
  for (const { setting, steps } of records) {
    for (const step of steps) {
      for (const { pair, was, is } of decidedAgain(setting, step)) {
        again.judged += 1;
        if (isDeepStrictEqual(was, is)) continue;
        const of = [placeWords(step), ...(pair === undefined ? [] : [pair])].join(' › ');
        again.turned.push(mapTexts({ of, was, is }, (text) => logicalNames(text, setting.namespaces)));
      }
    }
  }
  return again;
}

/** Returns what was decided on each pair of a step, or on a check, and what today's judge decides. */
function decidedAgain(setting: RunRecord['setting'], step: StepRecord): { pair?: string; was: Decided; is: Decided }[] {
  const [first] = step.decided;
  switch (step.kind) {
    case 'check':
      return first === undefined ? [] : [{ was: first, is: decisionIn(judgeCheck(setting, step)) }];
    case 'unasked':
      return step.decided.map((was) => ({ was, is: decisionIn(judgeUnasked(step)) }));
    case 'asked': {
      const judged = judgeStep(setting, step);
      return step.asked.pairs
        .slice(0, step.own)
        .map((pair, at) => ({ pair: pair.name, was: step.decided[at] as Decided, is: decisionIn(judged.of(pair)) }));
    }
  }
}

function decisionIn({ verdict, reasons }: Decided): Decided {
  return { verdict, reasons };
}
