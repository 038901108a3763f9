import type { ExpectedOutcome, Outcome } from '../model/types.ts';
import type { Answer, Cell, Seen, Sight, Stretch } from './types.ts';

/** What has been seen of a cell so far. */
export interface Tally {
  asked: number;
  seen: Map<string, Seen>;
  course: Stretch[];
  /** Right answers in a row, as yet. */
  streak: number;
  /** Outcomes of the expectation that the streak holds. */
  inStreak: Set<ExpectedOutcome>;
  /** Whether the last answer that could be read was right; undefined before the first. */
  lastRight: boolean | undefined;
  firstRightMs: number | undefined;
  lastWrongMs: number | undefined;
  /** Whether an answer has shown that the step arrived: a right one that would have been wrong before. */
  arrived: boolean;
  flaps: number;
}

/** Returns a tally with nothing in it. */
export function emptyTally(): Tally {
  return {
    asked: 0,
    seen: new Map(),
    course: [],
    streak: 0,
    inStreak: new Set(),
    lastRight: undefined,
    firstRightMs: undefined,
    lastWrongMs: undefined,
    arrived: false,
    flaps: 0,
  };
}

/**
 * Adds one sight to a cell's tally.
 * @param atMs milliseconds since the step was applied
 * @param answer kept as the evidence for sights of its sort
 */
export function record(tally: Tally, cell: Cell, sight: Sight, atMs: number, answer?: Answer): void {
  tally.asked += 1;
  remember(tally.seen, sight, atMs, answer);
  if (sight.kind === 'unseen') {
    extend(tally.course, 'unseen', atMs);
    restart(tally);
    return;
  }
  const outcome = cell.expectation.outcomes.find((expected) => matches(expected.outcome, sight));
  extend(tally.course, outcome === undefined ? 'wrong' : 'right', atMs);
  if (outcome === undefined) {
    if (tally.lastRight === true) tally.flaps += 1;
    tally.lastRight = false;
    tally.lastWrongMs = atMs;
    restart(tally);
    return;
  }
  tally.lastRight = true;
  tally.firstRightMs ??= atMs;
  tally.streak += 1;
  tally.inStreak.add(outcome);
  if (changes(cell) && !cell.before?.outcomes.some((old) => matches(old.outcome, sight))) tally.arrived = true;
}

/** Begins the run of right answers anew. */
export function restart(tally: Tally): void {
  tally.streak = 0;
  tally.inStreak.clear();
}

/** Returns whether the sight is the outcome. */
export function matches(outcome: Outcome, sight: Sight): boolean {
  if (outcome.kind === 'reset') return sight.kind === 'refused' && outcome.curlExits.includes(sight.curlExit);
  if (outcome.kind === 'mtls') return sight.kind === 'mtls' && sight.identity === outcome.identity;
  return outcome.kind === sight.kind;
}

/** Returns the sort of answer that came last; what was unseen only where there is nothing else. */
export function lastSeen(seen: Seen[]): Seen | undefined {
  const byTime = seen.toSorted((a, b) => b.lastMs - a.lastMs);
  return byTime.find(({ sight }) => sight.kind !== 'unseen') ?? byTime[0];
}

/** Returns whether the step changes what is expected of the cell. */
export function changes({ before, expectation }: Cell): boolean {
  return before !== undefined && signature(before.outcomes) !== signature(expectation.outcomes);
}

/**
 * Returns the chance (0 to 1) that so many right answers in a row missed one of the outcomes:
 * the sum over outcomes of (1 - share)^streak, since a request finds each endpoint alike.
 */
export function missChance(outcomes: ExpectedOutcome[], streak: number): number {
  if (outcomes.length < 2) return 0;
  return Math.min(
    1,
    outcomes.reduce((sum, { share }) => sum + (1 - share) ** streak, 0),
  );
}

function remember(seen: Map<string, Seen>, sight: Sight, atMs: number, evidence: Answer | undefined): void {
  const key = JSON.stringify(sight);
  const entry = seen.get(key) ?? { sight, count: 0, firstMs: atMs, lastMs: atMs };
  entry.count += 1;
  entry.lastMs = atMs;
  if (evidence !== undefined) entry.evidence = evidence;
  seen.set(key, entry);
}

/** A mesh that flaps for long would fill the results; the flaps are counted all the same. */
const STRETCHES = 64;

function extend(course: Stretch[], state: Stretch['state'], atMs: number): void {
  const last = course.at(-1);
  if (last === undefined || (last.state !== state && course.length < STRETCHES)) {
    course.push({ state, fromMs: atMs, toMs: atMs, count: 1 });
    return;
  }
  last.toMs = atMs;
  last.count += 1;
}

function signature(outcomes: ExpectedOutcome[]): string {
  return outcomes
    .map(({ outcome }) => JSON.stringify(outcome))
    .sort()
    .join();
}
