import type { Sensitivity } from '../../judgement.ts';
import { type Bound, chanceOf, mostOf } from './rare.ts';

/** The default sensitivity. If 5 % of answers are wrong, the chance that 90 answers are all right is below 1 %. */
export const usualSensitivity: Sensitivity = { share: 0.05, chance: 0.01 };

/** How many times as many answers a rare outcome may cost. Beyond that, a run says what it may have missed. */
const MOST_TIMES = 4;

/**
 * Returns the number of answers needed for a sensitivity. If its share of answers is wrong, the chance that so many
 * answers pass is below its chance.
 * @param rare a rare outcome that wrong answers may look like: to find them takes more answers
 */
export function answersFor({ share, chance }: Sensitivity, rare?: Bound): number {
  const least = Math.floor(Math.log(chance) / Math.log(1 - share)) + 1;
  if (rare === undefined) return least;
  let answers = least;
  while (answers < least * MOST_TIMES && chanceOfMissing(share, answers, rare) >= chance) {
    answers += Math.ceil(answers / 100);
  }
  return answers;
}

/**
 * Returns the chance (0 to 1) that the answers pass if the given share of answers is wrong: none of them is wrong or, if
 * they look like a rare outcome, not too many are.
 */
export function chanceOfMissing(share: number, answers: number, rare?: Bound): number {
  if (rare === undefined) return (1 - share) ** answers;
  return chanceOf('at most', mostOf(answers, rare), answers, share + (1 - share) * rare.share);
}
