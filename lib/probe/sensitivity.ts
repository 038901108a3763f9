import type { Sensitivity } from './types.ts';

/** Returns how many answers it takes: so many right ones in a row are rarer than the chance where the share is wrong. */
export function answersFor({ share, chance }: Sensitivity): number {
  return Math.floor(Math.log(chance) / Math.log(1 - share)) + 1;
}

/** Returns the chance (0 to 1) that so many answers all miss a share of wrong ones. */
export function chanceOfMissing(share: number, answers: number): number {
  return (1 - share) ** answers;
}
