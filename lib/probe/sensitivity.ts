import type { Sensitivity } from './types.ts';

/** The default sensitivity. If 5 % of answers are wrong, the chance that 90 answers are all right is below 1 %. */
export const sensitivity: Sensitivity = { share: 0.05, chance: 0.01 };

/**
 * Returns the number of answers needed for a sensitivity. If its share of answers is wrong, the chance that so many
 * answers are all right is below its chance.
 */
export function answersFor({ share, chance }: Sensitivity): number {
  return Math.floor(Math.log(chance) / Math.log(1 - share)) + 1;
}

/** Returns the chance (0 to 1) that none of the answers is wrong, if the given share of answers is wrong. */
export function chanceOfMissing(share: number, answers: number): number {
  return (1 - share) ** answers;
}
