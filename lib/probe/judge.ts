import type { Convergence } from '../limits.ts';
import { expectedOf, type Observation } from '../verdict/observation.ts';
import { type VerdictReason, verdictOf } from '../verdict/reasons.ts';
import type { Unseen } from '../verdict/unseen.ts';
import { changes } from './changes.ts';
import { usual } from './rare.ts';
import { lastSeen, matches, missChance, rareIn, type Tally, UNLIKELY } from './tally.ts';
import type { Cell, Judgement } from './types.ts';

/** Returns whether a cell has enough counted answers for a verdict, right or wrong. */
export function isSampled(cell: Cell, tally: Tally, convergence: Convergence): boolean {
  return answersMissing(cell, tally, convergence) === 0;
}

/**
 * Returns how many more counted answers a cell needs for a verdict: as many as it wants, and then more until every
 * endpoint was seen, or one is missing for certain. To stop there hides nothing, because any wrong answer before counts.
 */
export function answersMissing(cell: Cell, { counted, outcomes: seen }: Tally, convergence: Convergence): number {
  const { outcomes } = cell.expectation;
  const least = Math.max(1, cell.answers);
  if (usual(outcomes).every((one) => seen.has(one))) return Math.max(0, least - counted);
  const enoughFor = (chance: number): number => {
    let wanted = least;
    while (missChance(outcomes, wanted) >= chance) wanted += 1;
    return wanted;
  };
  const first = enoughFor(Math.max(UNLIKELY, convergence.missChance));
  return Math.max(0, (counted < first ? first : enoughFor(convergence.missChance)) - counted);
}

/** Judges a cell by all its observations, after asking has ended. */
export function judge(cell: Cell, tally: Tally, convergence: Convergence): Judgement {
  const { reason, wrong = tally.wrong } = reasonOf(cell, tally, convergence);
  return {
    verdict: verdictOf([reason]),
    reasons: [reason],
    requests: tally.requests,
    seen: [...tally.seen.values()],
    timeline: tally.timeline,
    counted: tally.counted,
    wrong,
    missChance: missChance(cell.expectation.outcomes, tally.counted),
    ...(tally.firstRightMs === undefined ? {} : { firstRightMs: tally.firstRightMs }),
    ...(tally.lastWrongMs === undefined ? {} : { lastWrongMs: tally.lastWrongMs }),
    flaps: tally.flaps,
  };
}

function reasonOf(cell: Cell, tally: Tally, convergence: Convergence): { reason: VerdictReason; wrong?: number } {
  const { outcomes } = cell.expectation;
  const expected = expectedOf(outcomes);
  const because = whyUnseen(tally);
  const answers = tally.counted;
  const isHeard = [...tally.seen.values()].some(({ observation }) => observation.kind !== 'not-observed');
  if (!isHeard) return { reason: { code: 'nothing-seen', limitMs: convergence.arrivalMs, because } };
  const late = lateness(cell, tally, convergence);
  if (late !== undefined) return { reason: late };
  if (tally.wrong > 0) return { reason: { code: 'wrong-answers', expected, answers, wrong: wrongOf(cell, tally) } };
  const tooOften = tooOftenIn(cell, tally, convergence.missChance);
  if (tooOften !== undefined) return { reason: tooOften, wrong: tooOften.times };
  if (tally.lost > MOST_LOST) return { reason: { code: 'client-lost-often', times: tally.lost, because } };
  if (tally.unread > 0) return { reason: { code: 'answers-unread', unread: tally.unread, answers, because } };
  if (!isSampled(cell, tally, convergence)) {
    return { reason: { code: 'too-few-answers', answers, wanted: cell.answers, because } };
  }
  const missing = usual(outcomes)
    .filter((outcome) => !tally.outcomes.has(outcome))
    .map(({ outcome }) => outcome);
  if (missing.length > 0) {
    return { reason: { code: 'never-seen', missing, answers, chance: missChance(outcomes, answers) } };
  }
  return { reason: { code: 'as-expected', answers, expected } };
}

/** A client that is lost once asks again. If it is lost again and again, its answers may be what it is lost for. */
const MOST_LOST = 1;

/**
 * Returns a reason if the step's change of a cell was not seen in time. It is a failure only if somebody looked: where
 * nothing was observed for long across the deadline, the change may have come unseen.
 */
function lateness(cell: Cell, tally: Tally, { arrivalMs: limitMs, silentMs }: Convergence): VerdictReason | undefined {
  const { arrivedMs, lastBeforeMs: fromMs = 0 } = tally;
  if (!changes(cell) || (arrivedMs ?? Number.POSITIVE_INFINITY) <= limitMs) return undefined;
  const toMs = arrivedMs ?? limitMs;
  if (fromMs < limitMs && toMs - fromMs >= silentMs) {
    const arrived = arrivedMs !== undefined;
    return { code: 'silence', fromMs, toMs, limitMs, arrived, ...(!arrived && { because: whyUnseen(tally) }) };
  }
  const expected = expectedOf(cell.expectation.outcomes);
  if (arrivedMs !== undefined) return { code: 'late', expected, afterMs: arrivedMs, limitMs };
  const last = lastSeen([...tally.seen.values()])?.observation;
  return { code: 'never-arrived', expected, limitMs, ...(last && { last }) };
}

/** Returns a reason if the rare outcome came more often than by chance. */
function tooOftenIn(
  { expectation }: Cell,
  { seen }: Tally,
  limit: number,
): Extract<VerdictReason, { code: 'too-often' }> | undefined {
  const found = rareIn(expectation.outcomes, [...seen.values()]);
  if (found === undefined || found.chance >= limit) return undefined;
  const { rare, times, answers, chance } = found;
  return { code: 'too-often', outcome: rare.outcome, times, answers, share: rare.share, chance };
}

/** Returns the wrong ones among the answers that count, by sort. */
function wrongOf({ expectation }: Cell, { seen }: Tally): { observation: Observation; times: number }[] {
  return [...seen.values()]
    .filter(({ observation, counted }) => counted > 0 && observation.kind !== 'not-observed')
    .filter(({ observation }) => !expectation.outcomes.some((expected) => matches(expected, observation)))
    .map(({ observation, counted }) => ({ observation, times: counted }));
}

function whyUnseen({ seen }: Pick<Tally, 'seen'>): Unseen {
  const latest = lastSeen([...seen.values()].filter(({ observation }) => observation.kind === 'not-observed'));
  if (latest?.observation.kind !== 'not-observed') return { code: 'nothing-sent' };
  const { because, why } = latest.observation;
  return because ?? { code: 'client-lost', error: why };
}
