import type { Sensitivity } from './types.ts';

/** What a step finds where nothing else is wanted: 90 answers, none wrong, have a chance below 1 % where 5 % are wrong. */
export const sensitivity: Sensitivity = { share: 0.05, chance: 0.01 };

/** Returns how many answers it takes: so many right ones in a row are rarer than the chance where the share is wrong. */
export function answersFor({ share, chance }: Sensitivity): number {
  return Math.floor(Math.log(chance) / Math.log(1 - share)) + 1;
}

/** Returns the chance (0 to 1) that so many answers all miss a share of wrong ones. */
export function chanceOfMissing(share: number, answers: number): number {
  return (1 - share) ** answers;
}
