import type { ExpectedOutcome, Outcome } from '../model/types.ts';
import type { Answer, Cell, Seen, Sight, Stretch } from './types.ts';

/** What has been seen of a cell so far. */
export interface Tally {
  asked: number;
  seen: Map<string, Seen>;
  course: Stretch[];
  /** Answers that could be read since the step was seen to arrive. */
  sinceArrival: number;
  /** Answers that count, and how many of them were wrong. */
  counted: number;
  wrong: number;
  /** Answers of the same time that could not be read. What a mesh drops now and then must not be left out of the count. */
  unread: number;
  /** Outcomes of the expectation that the counted answers hold. */
  outcomes: Set<ExpectedOutcome>;
  /** Whether the last answer that could be read was right; undefined before the first. */
  lastRight: boolean | undefined;
  firstRightMs: number | undefined;
  lastWrongMs: number | undefined;
  /** The chance that what was expected before would have brought the last row of right answers: 1 before the first. */
  chanceBefore: number;
  /** When right answers first showed that the step had arrived, since that chance had become too small; undefined as yet. */
  arrivedMs: number | undefined;
  flaps: number;
}

/** Returns a tally with nothing in it. */
export function emptyTally(): Tally {
  return {
    asked: 0,
    seen: new Map(),
    course: [],
    sinceArrival: 0,
    counted: 0,
    wrong: 0,
    unread: 0,
    outcomes: new Set(),
    lastRight: undefined,
    firstRightMs: undefined,
    lastWrongMs: undefined,
    chanceBefore: 1,
    arrivedMs: undefined,
    flaps: 0,
  };
}

/** The chance, by what was expected before, below which right answers show that a step has arrived. */
const ARRIVED = 1e-6;

/** Of which part of a step an answer is: before all changes were seen, right after, or of the sample that counts. */
export type Part = 'arrival' | 'grace' | 'sample';

/** One sight, as it is recorded. */
export interface Recorded {
  sight: Sight;
  /** Milliseconds since the step was applied. */
  atMs: number;
  part: Part;
  /** Kept as the evidence for sights of its sort; absent where the client itself was lost, and no answer is known. */
  answer?: Answer;
}

/** Adds one sight to a cell's tally. */
export function record(tally: Tally, cell: Cell, { sight, atMs, part, answer }: Recorded): void {
  const counts = part === 'sample' && sight.kind !== 'unseen';
  tally.asked += 1;
  remember(tally.seen, { sight, atMs, counts, answer });
  if (sight.kind === 'unseen') {
    if (part === 'sample' && answer !== undefined) tally.unread += 1;
    extend(tally.course, 'unseen', atMs);
    return;
  }
  if (part !== 'arrival') tally.sinceArrival += 1;
  if (counts) tally.counted += 1;
  const outcome = cell.expectation.outcomes.find((expected) => matches(expected.outcome, sight));
  extend(tally.course, outcome === undefined ? 'wrong' : 'right', atMs);
  if (outcome === undefined) {
    if (tally.lastRight === true) tally.flaps += 1;
    if (counts) tally.wrong += 1;
    tally.lastRight = false;
    tally.lastWrongMs = atMs;
    tally.chanceBefore = 1;
    return;
  }
  tally.lastRight = true;
  tally.firstRightMs ??= atMs;
  if (counts) tally.outcomes.add(outcome);
  if (!changes(cell)) return;
  // One answer that could not have come before will do; where it could, as from one of two endpoints, it takes a row of them.
  tally.chanceBefore *= cell.before?.outcomes.find((old) => matches(old.outcome, sight))?.share ?? 0;
  if (tally.chanceBefore < ARRIVED) tally.arrivedMs ??= atMs;
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
 * Returns the chance (0 to 1) that so many answers missed one of the outcomes:
 * the sum over outcomes of (1 - share)^answers, since a request finds each endpoint alike.
 */
export function missChance(outcomes: ExpectedOutcome[], answers: number): number {
  if (outcomes.length < 2) return 0;
  return Math.min(
    1,
    outcomes.reduce((sum, { share }) => sum + (1 - share) ** answers, 0),
  );
}

function remember(
  seen: Map<string, Seen>,
  { sight, atMs, counts, answer }: { sight: Sight; atMs: number; counts: boolean; answer: Answer | undefined },
): void {
  const key = JSON.stringify(sight);
  const entry = seen.get(key) ?? { sight, count: 0, counted: 0, firstMs: atMs, lastMs: atMs };
  entry.count += 1;
  if (counts) entry.counted += 1;
  entry.lastMs = atMs;
  if (answer !== undefined) entry.evidence = answer;
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
