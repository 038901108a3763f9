import type { ExpectedOutcome, Outcome } from '../model/types.ts';
import { lastSeen, missChance, type Tally } from './tally.ts';
import type { Cell, Judgement, Patience, Sight, Verdict } from './types.ts';

/** Returns whether a cell has been seen often enough to pass. */
export function settled(cell: Cell, tally: Tally, patience: Patience): boolean {
  return (
    tally.streak >= patience.matchesInRow &&
    tally.inStreak.size === cell.expectation.outcomes.length &&
    missChance(cell.expectation.outcomes, tally.streak) < patience.missChance
  );
}

/** Judges a cell by what had been seen of it when asking ended. */
export function judge(cell: Cell, tally: Tally, patience: Patience): Judgement {
  const { verdict, why } = verdictOf(cell, tally, patience);
  return {
    verdict,
    why,
    asked: tally.asked,
    seen: [...tally.seen.values()],
    course: tally.course,
    streak: tally.streak,
    missChance: missChance(cell.expectation.outcomes, tally.streak),
    ...(tally.firstRightMs === undefined ? {} : { firstRightMs: tally.firstRightMs }),
    ...(tally.lastWrongMs === undefined ? {} : { lastWrongMs: tally.lastWrongMs }),
    flaps: tally.flaps,
  };
}

function verdictOf(cell: Cell, tally: Tally, patience: Patience): { verdict: Verdict; why: string } {
  const { outcomes } = cell.expectation;
  const expected = expectedWords(outcomes);
  const limit = `within ${patience.deadlineMs / 1000} s`;
  if (settled(cell, tally, patience)) {
    return { verdict: 'pass', why: `${tally.streak} answers in a row were as expected: ${expected}` };
  }
  const latest = lastSeen([...tally.seen.values()].filter(({ sight }) => sight.kind !== 'unseen'));
  if (latest === undefined) {
    return { verdict: 'inconclusive', why: `nothing could be seen ${limit}: ${whyUnseen(tally)}` };
  }
  // A wrong answer so soon may be older than the step's arrival, and proves nothing where none could be read after it.
  const early = patience.deadlineMs / 2;
  if (latest.lastMs < early) {
    const after = `after the first ${Math.round(latest.lastMs)} ms`;
    return { verdict: 'inconclusive', why: `nothing could be seen ${after}: ${whyUnseen(tally)}` };
  }
  if (tally.lastRight === false) {
    return { verdict: 'fail', why: `expected ${expected}; the last answer ${limit} was ${sightWords(latest.sight)}` };
  }
  const missing = outcomes
    .filter((outcome) => !tally.inStreak.has(outcome))
    .map(({ outcome }) => outcomeWords(outcome));
  const chance = missChance(outcomes, tally.streak);
  if (tally.streak >= patience.matchesInRow && missing.length > 0 && chance < patience.missChance) {
    return {
      verdict: 'fail',
      why: `${missing.join(' and ')} was never among ${tally.streak} answers in a row; the chance of missing it is ${chance.toExponential(0)}`,
    };
  }
  if (tally.lastWrongMs !== undefined && tally.lastWrongMs >= early && tally.flaps > 0) {
    return {
      verdict: 'fail',
      why: `expected ${expected}; wrong answers kept coming, the last of them ${Math.round(tally.lastWrongMs)} ms after the step was applied`,
    };
  }
  return {
    verdict: 'inconclusive',
    why: `only ${tally.streak} of ${patience.matchesInRow} answers in a row were as expected ${limit}, too few to tell`,
  };
}

function whyUnseen({ seen }: Tally): string {
  const latest = lastSeen([...seen.values()].filter(({ sight }) => sight.kind === 'unseen'));
  return latest?.sight.kind === 'unseen' ? latest.sight.why : 'it was never asked';
}

/** Returns all that is expected of a cell in a few words, such as `200 in plain text or 503`. */
export function expectedWords(outcomes: ExpectedOutcome[]): string {
  return outcomes.map(({ outcome }) => outcomeWords(outcome)).join(' or ');
}

/** Returns an expected outcome in a few words. */
export function outcomeWords(outcome: Outcome): string {
  return outcome.kind === 'reset' ? `000 with curl exit ${outcome.curlExits.join(' or ')}` : sightWords(outcome);
}

/** Returns what was seen in a few words. */
export function sightWords(sight: Sight): string {
  switch (sight.kind) {
    case 'mtls':
      return `200 over mutual TLS as ${sight.identity}`;
    case 'plain':
      return '200 in plain text';
    case 'unavailable':
      return '503';
    case 'refused':
      return `000 with curl exit ${sight.curlExit}`;
    case 'other':
      return String(sight.status);
    case 'unseen':
      return `not seen (${sight.why})`;
  }
}
