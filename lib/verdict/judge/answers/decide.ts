import type { Judgement } from '../../judgement.ts';
import { expectedOf } from '../../observation.ts';
import type { Observation } from '../../observed.ts';
import { type VerdictReason, verdictOf } from '../../reasons.ts';
import type { AskedRecord, Pair } from '../../record/asked.ts';
import type { Unseen } from '../../unseen.ts';
import { changes } from './changes.ts';
import { usual } from './rare.ts';
import { lastSeen, matches, missChance, rareIn, type Tally, UNLIKELY } from './tally.ts';

type AnswerLimits = AskedRecord['limits'];

/** Returns whether a pair has enough counted answers for a verdict, right or wrong. */
export function isSampled(pair: Pair, tally: Tally, limits: AnswerLimits): boolean {
  return answersMissing(pair, tally, limits) === 0;
}

/**
 * Returns how many more counted answers a pair needs for a verdict: as many as it wants, and then more until every
 * endpoint was seen, or one is missing for certain. To stop there hides nothing, because any wrong answer before counts.
 */
export function answersMissing(pair: Pair, { counted, outcomes: seen }: Tally, limits: AnswerLimits): number {
  const { outcomes } = pair.expectation;
  const least = Math.max(1, pair.answers);
  if (usual(outcomes).every((outcome) => seen.has(outcome))) return Math.max(0, least - counted);
  const enoughFor = (chance: number): number => {
    let wanted = least;
    while (missChance(outcomes, wanted) >= chance) wanted += 1;
    return wanted;
  };
  const first = enoughFor(Math.max(UNLIKELY, limits.missChance));
  return Math.max(0, (counted < first ? first : enoughFor(limits.missChance)) - counted);
}

/** Judges a pair by all its observations, after asking has ended. */
export function decide(pair: Pair, tally: Tally, limits: AnswerLimits): Judgement {
  const { reason, wrong = tally.wrong } = reasonOf(pair, tally, limits);
  return {
    verdict: verdictOf([reason]),
    reasons: [reason],
    requests: tally.requests,
    seen: [...tally.seen.values()],
    timeline: tally.timeline,
    counted: tally.counted,
    wrong,
    missChance: missChance(pair.expectation.outcomes, tally.counted),
    ...(tally.firstRightMs === undefined ? {} : { firstRightMs: tally.firstRightMs }),
    ...(tally.lastWrongMs === undefined ? {} : { lastWrongMs: tally.lastWrongMs }),
    flaps: tally.flaps,
  };
}

function reasonOf(pair: Pair, tally: Tally, limits: AnswerLimits): { reason: VerdictReason; wrong?: number } {
  const { outcomes } = pair.expectation;
  const expected = expectedOf(outcomes);
  const because = whyUnseen(tally);
  const answers = tally.counted;
  const isHeard = [...tally.seen.values()].some(({ observation }) => observation.kind !== 'not-observed');
  if (!isHeard) return { reason: { code: 'nothing-seen', limitMs: limits.arrivalMs, because } };
  const late = lateness(pair, tally, limits);
  if (late !== undefined) return { reason: late };
  if (tally.wrong > 0) return { reason: { code: 'wrong-answers', expected, answers, wrong: wrongOf(pair, tally) } };
  const tooOften = tooOftenIn(pair, tally, limits.missChance);
  if (tooOften !== undefined) return { reason: tooOften, wrong: tooOften.times };
  if (tally.lost > MOST_LOST) return { reason: { code: 'client-lost-often', times: tally.lost, because } };
  if (tally.unread > 0) return { reason: { code: 'answers-unread', unread: tally.unread, answers, because } };
  if (!isSampled(pair, tally, limits)) {
    return { reason: { code: 'too-few-answers', answers, wanted: pair.answers, because } };
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
 * Returns a reason if the step's change of a pair was not seen in time. It is a failure only if somebody looked: where
 * nothing was observed for long across the deadline, the change may have come unseen.
 */
function lateness(pair: Pair, tally: Tally, { arrivalMs: limitMs, silentMs }: AnswerLimits): VerdictReason | undefined {
  const { arrivedMs, lastBeforeMs: fromMs = 0 } = tally;
  if (!changes(pair) || (arrivedMs ?? Number.POSITIVE_INFINITY) <= limitMs) return undefined;
  const toMs = arrivedMs ?? limitMs;
  if (fromMs < limitMs && toMs - fromMs >= silentMs) {
    const arrived = arrivedMs !== undefined;
    return { code: 'silence', fromMs, toMs, limitMs, arrived, ...(!arrived && { because: whyUnseen(tally) }) };
  }
  const expected = expectedOf(pair.expectation.outcomes);
  if (arrivedMs !== undefined) return { code: 'late', expected, afterMs: arrivedMs, limitMs };
  const last = lastSeen([...tally.seen.values()])?.observation;
  return { code: 'never-arrived', expected, limitMs, ...(last && { last }) };
}

/** Returns a reason if the rare outcome came more often than by chance. */
function tooOftenIn(
  { expectation }: Pair,
  { seen }: Tally,
  limit: number,
): Extract<VerdictReason, { code: 'too-often' }> | undefined {
  const found = rareIn(expectation.outcomes, [...seen.values()]);
  if (found === undefined || found.chance >= limit) return undefined;
  const { rare, times, answers, chance } = found;
  return { code: 'too-often', outcome: rare.outcome, times, answers, share: rare.share, chance };
}

/** Returns the wrong ones among the answers that count, by sort. */
function wrongOf({ expectation }: Pair, { seen }: Tally): { observation: Observation; times: number }[] {
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
