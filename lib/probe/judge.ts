import type { Convergence } from '../limits.ts';
import type { ExpectedOutcome, Outcome } from '../model/types.ts';
import { changes } from './changes.ts';
import { FORGED } from './forged.ts';
import { rareOf, usual } from './rare.ts';
import { lastSeen, matches, missChance, rareIn, type Tally, UNLIKELY } from './tally.ts';
import type { Cell, Judgement, Observation, Verdict } from './types.ts';

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
  const { verdict, why, wrong = tally.wrong } = verdictOf(cell, tally, convergence);
  return {
    verdict,
    why,
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

function verdictOf(
  cell: Cell,
  tally: Tally,
  convergence: Convergence,
): { verdict: Verdict; why: string; wrong?: number } {
  const { outcomes } = cell.expectation;
  const expected = expectedWords(outcomes);
  const limit = `within ${convergence.arrivalMs / 1000} s`;
  const latest = lastSeen([...tally.seen.values()].filter(({ observation }) => observation.kind !== 'not-observed'));
  if (latest === undefined) {
    return { verdict: 'inconclusive', why: `nothing could be observed ${limit}: ${whyUnseen(tally)}` };
  }
  const late = lateness(cell, tally, convergence);
  if (late !== undefined) return late;
  if (tally.wrong > 0) {
    return { verdict: 'fail', why: `expected ${expected}; ${wrongWords(cell, tally)}` };
  }
  const tooOften = tooOftenIn(cell, tally, convergence.missChance);
  if (tooOften !== undefined) return { verdict: 'fail', ...tooOften };
  if (tally.lost > MOST_LOST) {
    const why = `the client was lost ${tally.lost} times while its answers counted, so what they were is not known: ${whyUnseen(tally)}`;
    return { verdict: 'inconclusive', why };
  }
  if (tally.unread > 0) {
    return {
      verdict: 'inconclusive',
      why: `${tally.unread} answer${tally.unread === 1 ? '' : 's'} after the step had arrived could not be read, beside ${tally.counted} that could: ${whyUnseen(tally)}`,
    };
  }
  if (!isSampled(cell, tally, convergence)) {
    return {
      verdict: 'inconclusive',
      why: `only ${tally.counted} of ${cell.answers} answers could be read after the step had arrived, too few for a verdict: ${whyUnseen(tally)}`,
    };
  }
  const missing = usual(outcomes)
    .filter((outcome) => !tally.outcomes.has(outcome))
    .map(({ outcome }) => outcomeWords(outcome));
  if (missing.length > 0) {
    const chance = missChance(outcomes, tally.counted).toExponential(0);
    return {
      verdict: 'fail',
      why: `${missing.join(' and ')} was never among ${tally.counted} answers; the chance of missing it is ${chance}`,
    };
  }
  return { verdict: 'pass', why: `all ${tally.counted} answers that count were as expected: ${expected}` };
}

/** A client that is lost once asks again. If it is lost again and again, its answers may be what it is lost for. */
const MOST_LOST = 1;

/**
 * Returns a verdict if the step's change of a cell was not seen in time. It is a failure only if somebody looked: where
 * nothing was observed for long across the deadline, the change may have come unseen.
 */
function lateness(
  cell: Cell,
  tally: Tally,
  { arrivalMs, silentMs }: Convergence,
): { verdict: Verdict; why: string } | undefined {
  const { arrivedMs, lastBeforeMs = 0 } = tally;
  if (!changes(cell) || (arrivedMs ?? Number.POSITIVE_INFINITY) <= arrivalMs) return undefined;
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  const limit = `within ${arrivalMs / 1000} s`;
  const nextMs = arrivedMs ?? arrivalMs;
  if (lastBeforeMs < arrivalMs && nextMs - lastBeforeMs >= silentMs) {
    const then = arrivedMs === undefined ? `: ${whyUnseen(tally)}` : `, and then the step had arrived`;
    const why = `nothing could be observed between ${seconds(lastBeforeMs)} and ${seconds(nextMs)}${then}`;
    return { verdict: 'inconclusive', why: `${why}; so it is not known whether it arrived ${limit}` };
  }
  const latest = lastSeen([...tally.seen.values()])?.observation;
  const late =
    arrivedMs === undefined
      ? `the last answer ${limit} was ${latest === undefined ? 'none' : observationWords(latest)}`
      : `it came only after ${seconds(arrivedMs)}, not ${limit}`;
  return { verdict: 'fail', why: `expected ${expectedWords(cell.expectation.outcomes)}; ${late}` };
}

/** Returns a sentence if the rare outcome came more often than by chance, and how often. */
function tooOftenIn({ expectation }: Cell, { seen }: Tally, limit: number): { wrong: number; why: string } | undefined {
  const found = rareIn(expectation.outcomes, [...seen.values()]);
  if (found === undefined || found.chance >= limit) return undefined;
  const { rare, times, answers, chance } = found;
  const came = `${outcomeWords(rare.outcome)} in ${times} of ${answers} answers after the step had arrived`;
  const why = `${came}; at most ${shareWords(rare.share)} is expected: the chance of that is ${chanceWords(chance)}`;
  return { wrong: times, why };
}

/** Returns a small chance in words. Numbers below 1e-15 have no practical meaning. */
function chanceWords(chance: number): string {
  return chance < 1e-15 ? 'below 1e-15' : chance.toExponential(0);
}

/** Returns a small share in words, such as `1 of 8,192`. */
export function shareWords(share: number): string {
  return `1 of ${Math.floor(1 / share).toLocaleString('en')}`;
}

/** Returns, for example, `2 of 90 answers after the step had arrived were 503`. */
function wrongWords({ expectation }: Cell, { seen, counted }: Tally): string {
  const wrong = [...seen.values()].filter(
    (one) =>
      one.counted > 0 &&
      one.observation.kind !== 'not-observed' &&
      !expectation.outcomes.some((expected) => matches(expected, one.observation)),
  );
  const sorts = wrong.map((one, at) =>
    at === 0
      ? `${one.counted} of ${counted} answers after the step had arrived ${one.counted === 1 ? 'was' : 'were'} ${observationWords(one.observation)}`
      : `${one.counted} ${observationWords(one.observation)}`,
  );
  return sorts.join(', ');
}

function whyUnseen({ seen }: Pick<Tally, 'seen'>): string {
  const latest = lastSeen([...seen.values()].filter(({ observation }) => observation.kind === 'not-observed'));
  return latest?.observation.kind === 'not-observed' ? latest.observation.why : 'no request was sent';
}

/** Returns the expected outcomes of a cell in a few words, such as `200 in plain text or 503`, or `200 in plain text, rarely 503`. */
export function expectedWords(outcomes: ExpectedOutcome[]): string {
  const rare = rareOf(outcomes);
  const words = usual(outcomes).map(({ outcome }) => outcomeWords(outcome));
  return `${words.join(' or ')}${rare === undefined ? '' : `, rarely ${outcomeWords(rare.outcome)}`}`;
}

/** Returns an expected outcome in a few words. */
export function outcomeWords(outcome: Outcome): string {
  if (outcome.kind === 'denied') return '403';
  return outcome.kind === 'reset' ? `000 with curl exit ${outcome.curlExits.join(' or ')}` : observationWords(outcome);
}

/** Returns an observation in a few words. */
export function observationWords(observation: Observation): string {
  switch (observation.kind) {
    case 'mtls':
      return observation.identity === FORGED
        ? "200 in plain text with the identity that the client wrote itself: the server's sidecar lets X-Forwarded-Client-Cert through"
        : `200 over mutual TLS as ${observation.identity}${strayedWords(observation)}`;
    case 'plain':
      return `200 in plain text${strayedWords(observation)}`;
    case 'answered':
      return `200 of ${observation.workload}`;
    case 'unavailable':
      return '503';
    case 'refused':
      return `000 with curl exit ${observation.curlExit}`;
    case 'other':
      return observation.grpcStatus === undefined
        ? String(observation.status)
        : `gRPC status ${observation.grpcStatus}`;
    case 'not-observed':
      return `not observed (${observation.why})`;
  }
}

function strayedWords({ strayed }: { strayed?: string }): string {
  return strayed === undefined ? '' : ` from ${strayed}`;
}
