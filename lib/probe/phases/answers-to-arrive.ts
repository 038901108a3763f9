import type { ExpectedOutcome, Protocol } from '../../model/index.ts';
import { ARRIVED, type Tally, UNLIKELY } from '../../verdict/index.ts';
import { protocols } from '../protocols/index.ts';
import type { Cell } from '../types.ts';

/**
 * Returns how many more answers show that the step has arrived, at least 1: several if the cell could give right ones
 * before the step, too, and its last answer was right. Either they have one that was impossible before, or there are
 * so many that chance alone would not have brought them.
 */
export function answersToArrive(
  { before, expectation, protocol }: Cell,
  { lastRight, chanceBefore }: Pick<Tally, 'lastRight' | 'chanceBefore'>,
): number {
  if (lastRight !== true) return 1;
  const old = before?.outcomes ?? [];
  const looks = (outcomes: ExpectedOutcome[]) => outcomes.flatMap((outcome) => looksOf(outcome, protocol));
  const were = new Set(looks(old).map(({ look }) => look));
  const are = new Set(looks(expectation.outcomes).map(({ look }) => look));
  const alike = old.filter((outcome) => looksOf(outcome, protocol).some(({ look }) => are.has(look)));
  const unlike = looks(expectation.outcomes).filter(({ look }) => !were.has(look));
  const byChance = answersUntil(ARRIVED / chanceBefore, Math.max(0, ...alike.map(({ share }) => share)));
  const byNew = answersUntil(UNLIKELY, Math.max(0, 1 - unlike.reduce((sum, { share }) => sum + share, 0)));
  const wanted = Math.min(byChance, byNew);
  return Number.isFinite(wanted) ? Math.max(1, wanted) : 1;
}

/**
 * Returns how the answers of an outcome look, and the share of each look. Where nothing tells mutual TLS from plain text,
 * an answer shows which endpoint gave it.
 */
function looksOf(
  { outcome, endpoints, share }: ExpectedOutcome,
  protocol: Protocol,
): { look: string; share: number }[] {
  const isAnswer = outcome.kind === 'mtls' || outcome.kind === 'plain';
  if (!isAnswer || !protocols[protocol].passedOn) return [{ look: JSON.stringify(outcome), share }];
  return endpoints.map((look) => ({ look, share: share / endpoints.length }));
}

/** Returns how many answers of a share (0 to 1) have a chance of at most the given one; infinitely many of all. */
function answersUntil(chance: number, share: number): number {
  if (share === 0) return 1;
  return share < 1 ? Math.ceil(Math.log(chance) / Math.log(share)) : Number.POSITIVE_INFINITY;
}
