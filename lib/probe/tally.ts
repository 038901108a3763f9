import type { ExpectedOutcome } from '../model/types.ts';
import { protocols } from './protocols/index.ts';
import type { Answer, Cell, Interval, Observation, Seen } from './types.ts';

/** What has been seen of a cell so far. */
export interface Tally {
  requests: number;
  seen: Map<string, Seen>;
  timeline: Interval[];
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
    requests: 0,
    seen: new Map(),
    timeline: [],
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

/** One observation, as it is recorded. */
export interface Recorded {
  observation: Observation;
  /** Milliseconds since the step was applied. */
  atMs: number;
  part: Part;
  /** Kept as the evidence for observations of its sort; absent where the client itself was lost, and no answer is known. */
  answer?: Answer;
}

/** Adds one observation to a cell's tally. */
export function record(tally: Tally, cell: Cell, { observation, atMs, part, answer }: Recorded): void {
  const counts = part === 'sample' && observation.kind !== 'not-observed';
  tally.requests += 1;
  remember(tally.seen, { observation, atMs, counts, answer });
  if (observation.kind === 'not-observed') {
    if (part === 'sample' && answer !== undefined) tally.unread += 1;
    extend(tally.timeline, 'not-observed', atMs);
    return;
  }
  if (part !== 'arrival') tally.sinceArrival += 1;
  if (counts) tally.counted += 1;
  const outcome = cell.expectation.outcomes.find((expected) => matches(expected, observation));
  extend(tally.timeline, outcome === undefined ? 'wrong' : 'right', atMs);
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
  tally.chanceBefore *= cell.before?.outcomes.find((old) => matches(old, observation))?.share ?? 0;
  if (tally.chanceBefore < ARRIVED) tally.arrivedMs ??= atMs;
}

/** Returns whether the observation is the outcome, as far as it tells. */
export function matches({ outcome, endpoints }: ExpectedOutcome, observation: Observation): boolean {
  if (observation.kind === 'answered') {
    return (outcome.kind === 'mtls' || outcome.kind === 'plain') && endpoints.includes(observation.workload);
  }
  if (outcome.kind === 'reset')
    return observation.kind === 'refused' && outcome.curlExits.includes(observation.curlExit);
  if (outcome.kind === 'mtls') return observation.kind === 'mtls' && observation.identity === outcome.identity;
  return outcome.kind === observation.kind;
}

/** Returns the sort of answer that came last; what was not observed only where there is nothing else. */
export function lastSeen(seen: Seen[]): Seen | undefined {
  const byTime = seen.toSorted((a, b) => b.lastMs - a.lastMs);
  return byTime.find(({ observation }) => observation.kind !== 'not-observed') ?? byTime[0];
}

/** Returns whether the step changes what is expected of the cell, and answers can show it. */
export function changes(cell: Cell): boolean {
  const { before, expectation, protocol } = cell;
  if (!protocols[protocol].passedOn) return expectsOther(cell);
  return before !== undefined && shown(before.outcomes) !== shown(expectation.outcomes);
}

/** Returns whether the step changes what is expected of the cell, but only counters can show it. */
export function changesUnseen(cell: Cell): boolean {
  return !changes(cell) && expectsOther(cell);
}

function expectsOther({ before, expectation }: Cell): boolean {
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
  {
    observation,
    atMs,
    counts,
    answer,
  }: { observation: Observation; atMs: number; counts: boolean; answer: Answer | undefined },
): void {
  const key = JSON.stringify(observation);
  const entry = seen.get(key) ?? { observation, count: 0, counted: 0, firstMs: atMs, lastMs: atMs };
  entry.count += 1;
  if (counts) entry.counted += 1;
  entry.lastMs = atMs;
  if (answer !== undefined) entry.evidence = answer;
  seen.set(key, entry);
}

/** A mesh that flaps for long would fill the results; the flaps are counted all the same. */
const MAX_INTERVALS = 64;

function extend(timeline: Interval[], state: Interval['state'], atMs: number): void {
  const last = timeline.at(-1);
  if (last === undefined || (last.state !== state && timeline.length < MAX_INTERVALS)) {
    timeline.push({ state, fromMs: atMs, toMs: atMs, count: 1 });
    return;
  }
  last.toMs = atMs;
  last.count += 1;
}

/** What answers show of outcomes where no header tells mutual TLS from plain text: who answers. */
function shown(outcomes: ExpectedOutcome[]): string {
  return outcomes
    .flatMap(({ outcome, endpoints }) =>
      outcome.kind === 'mtls' || outcome.kind === 'plain' ? endpoints : JSON.stringify(outcome),
    )
    .sort()
    .join();
}

function signature(outcomes: ExpectedOutcome[]): string {
  return outcomes
    .map(({ outcome }) => JSON.stringify(outcome))
    .sort()
    .join();
}
