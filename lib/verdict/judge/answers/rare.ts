import type { ExpectedOutcome } from '../../../model/index.ts';

// A rare outcome need not be observed, but it may be, no more often than chance allows.

/** Returns the outcomes that must each be observed: all but the rare one. */
export function usual(outcomes: ExpectedOutcome[]): ExpectedOutcome[] {
  return outcomes.filter(({ rare }) => !rare);
}

/** Returns the rare outcome, if there is one. There is at most one: all requests that no retry saves end alike. */
export function rareOf(outcomes: ExpectedOutcome[]): ExpectedOutcome | undefined {
  return outcomes.find(({ rare }) => rare);
}

/** What bounds a rare outcome: its share, and the chance below which it came too often. Both are between 0 and 1. */
export interface Bound {
  share: number;
  limit: number;
}

/** Returns how many of the answers may be the rare outcome. */
export function mostOf(answers: number, { share, limit }: Bound): number {
  let most = Math.floor(answers * share);
  while (most < answers && chanceOf('at least', most + 1, answers, share) >= limit) most += 1;
  return most;
}

/**
 * Returns the chance (0 to 1) that at least or at most so many of the answers are of a share between 0 and 1: a tail of
 * the binomial distribution. The tail itself is added up, because 1 minus the rest would lose what is below 1e-16.
 */
export function chanceOf(tail: 'at least' | 'at most', times: number, answers: number, share: number): number {
  const odds = share / (1 - share);
  const step = tail === 'at least' ? 1 : -1;
  let exactly = chanceOfExactly(times, answers, share);
  let chance = 0;
  for (let at = times; at >= 0 && at <= answers; at += step) {
    chance += exactly;
    if (exactly < chance * Number.EPSILON) break;
    exactly *= step === 1 ? ((answers - at) / (at + 1)) * odds : at / (answers - at + 1) / odds;
  }
  return Math.min(1, chance);
}

function chanceOfExactly(times: number, answers: number, share: number): number {
  let log = (answers - times) * Math.log1p(-share);
  for (let at = 0; at < times; at += 1) log += Math.log(((answers - at) / (at + 1)) * share);
  return Math.exp(log);
}
