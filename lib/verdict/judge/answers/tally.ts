import type { ExpectedOutcome } from '../../../model/index.ts';
import type { Interval, Seen } from '../../judgement.ts';
import type { Answer, Answerer, Observation } from '../../observed.ts';
import type { AnswerPhase, Pair } from '../../record/asked.ts';
import { changes } from './changes.ts';
import { chanceOf, rareOf, usual } from './rare.ts';

/** All observations of a pair so far. */
export interface Tally {
  requests: number;
  seen: Map<string, Seen>;
  timeline: Interval[];
  /**
   * The number of readable answers since the arrival of the step was observed, or that of the pair's own change if no
   * answer was wrong since then.
   */
  sinceArrival: number;
  /** The number of answers that count, and how many of them were wrong. */
  counted: number;
  wrong: number;
  /** The number of unreadable answers in the sample. They matter because a mesh may drop requests now and then. */
  unread: number;
  /** How often the client was lost in the sample. */
  lost: number;
  /** The expected outcomes found among the counted answers. */
  outcomes: Set<ExpectedOutcome>;
  /**
   * The hashes of the client's certificate that counted answers over mutual TLS showed; '' for an answer without one.
   */
  certificates: Set<string>;
  /** Whether the last readable answer was right; undefined before the first. */
  lastRight: boolean | undefined;
  /** Whether the last answer could not be read; false before the first. */
  lastUnread: boolean;
  firstRightMs: number | undefined;
  lastWrongMs: number | undefined;
  /** The chance (0 to 1) of the latest consecutive right answers if the step had not arrived; 1 if there are none. */
  chanceBefore: number;
  /** When that chance first became so small that the step must have arrived; undefined until then. */
  arrivedMs: number | undefined;
  /** The earliest time at which the last readable answer before that may have come; undefined if there was none. */
  lastBeforeMs: number | undefined;
  flaps: number;
}

/** Returns an empty tally. */
export function emptyTally(): Tally {
  return {
    requests: 0,
    seen: new Map(),
    timeline: [],
    sinceArrival: 0,
    counted: 0,
    wrong: 0,
    unread: 0,
    lost: 0,
    outcomes: new Set(),
    certificates: new Set(),
    lastRight: undefined,
    lastUnread: false,
    firstRightMs: undefined,
    lastWrongMs: undefined,
    chanceBefore: 1,
    arrivedMs: undefined,
    lastBeforeMs: undefined,
    flaps: 0,
  };
}

/** If right answers had a chance below this before the step, they show that it has arrived. */
export const ARRIVED = 1e-6;

/** One observation to record. */
export interface Recorded {
  observation: Observation;
  /** Milliseconds since the step was applied. */
  atMs: number;
  /** The earliest time at which it may have come, if the harness stood still before it read it. */
  sinceMs: number;
  part: AnswerPhase;
  /** The answer, kept as evidence for this sort of observation; absent if there was none that could be read. */
  answer?: Answer | undefined;
  /** Who gave it; absent if the answer does not show it. */
  by?: Answerer | undefined;
  /** The hash of the client's certificate; absent if it shows none. */
  certificate?: string | undefined;
  /** Whether the client was lost, so that nothing is known of its requests. */
  lost?: boolean;
}

/** Adds one observation to a pair's tally. */
export function record(tally: Tally, pair: Pair, recorded: Recorded): void {
  const { observation, sinceMs } = recorded;
  add(tally, pair, recorded);
  if (tally.arrivedMs === undefined && observation.kind !== 'not-observed') tally.lastBeforeMs = sinceMs;
}

function add(tally: Tally, pair: Pair, recorded: Recorded): void {
  const { observation, atMs, part, answer, certificate, lost = false } = recorded;
  const counts = part === 'sample' && observation.kind !== 'not-observed';
  tally.requests += 1;
  tally.lastUnread = observation.kind === 'not-observed';
  const expected = pair.expectation.outcomes.find((outcome) => matches(outcome, observation));
  const by = expected === undefined ? recorded.by : undefined;
  remember(tally.seen, { observation, atMs, counts, answer, by });
  if (observation.kind === 'not-observed') {
    if (part === 'sample') tally[lost ? 'lost' : 'unread'] += 1;
    extend(tally.timeline, 'not-observed', atMs);
    return;
  }
  if (part !== 'arrival' || tally.arrivedMs !== undefined) tally.sinceArrival += 1;
  if (counts) tally.counted += 1;
  if (counts && observation.kind === 'mtls') tally.certificates.add(certificate ?? '');
  const outcome = part !== 'sample' && expected?.rare && isAsBefore(pair, observation) ? undefined : expected;
  extend(tally.timeline, outcome === undefined ? 'wrong' : 'right', atMs);
  if (outcome === undefined) {
    if (tally.lastRight === true) tally.flaps += 1;
    if (counts) tally.wrong += 1;
    tally.lastRight = false;
    tally.lastWrongMs = atMs;
    tally.chanceBefore = 1;
    // Not all of the mesh has the change yet.
    if (part === 'arrival') tally.sinceArrival = 0;
    return;
  }
  tally.lastRight = true;
  tally.firstRightMs ??= atMs;
  // A lost answer does not show that it was a denial.
  if (counts && !(outcome.outcome.kind === 'denied' && isLost(observation))) tally.outcomes.add(outcome);
  // A rare answer is no evidence that the step has arrived.
  if (!changes(pair) || outcome.rare) return;
  // One answer that was impossible before is enough. If one of two endpoints could give it before, several are needed.
  tally.chanceBefore *= pair.before?.outcomes.find((old) => matches(old, observation))?.share ?? 0;
  if (tally.chanceBefore < ARRIVED) tally.arrivedMs ??= atMs;
}

/** A batch has so many answers that the chance of not seeing what it is for is below this; then there is another one. */
export const UNLIKELY = 0.05;

/** Returns whether an answer is what the pair gave before the step, and so hardly the rare outcome that looks like it. */
function isAsBefore({ before }: Pair, observation: Observation): boolean {
  return usual(before?.outcomes ?? []).some((old) => matches(old, observation));
}

/** Returns whether an observation matches an outcome, as far as the observation shows. */
export function matches({ outcome, endpoints }: ExpectedOutcome, observation: Observation): boolean {
  if (observation.kind === 'answered') {
    return (outcome.kind === 'mtls' || outcome.kind === 'plain') && endpoints.includes(observation.workload);
  }
  if ('strayed' in observation) return false;
  if (outcome.kind === 'reset')
    return observation.kind === 'refused' && outcome.curlExits.includes(observation.curlExit);
  if (outcome.kind === 'denied') return isDenial(observation) || isLost(observation);
  if (outcome.kind === 'mtls') return observation.kind === 'mtls' && observation.identity === outcome.identity;
  return outcome.kind === observation.kind;
}

/** gRPC's status for a request that is not permitted. A sidecar sends it instead of a 403. */
const PERMISSION_DENIED = 7;

function isDenial(observation: Observation): boolean {
  return observation.kind === 'other' && (observation.status === 403 || observation.grpcStatus === PERMISSION_DENIED);
}

/** Returns whether it is an answer of a sidecar that was lost: it may have been any. */
function isLost(observation: Observation): boolean {
  return observation.kind === 'unavailable' && observation.lost === true;
}

/** Returns the latest sort of answer. It is one that was not observed only if there is no other. */
export function lastSeen(seen: Seen[]): Seen | undefined {
  const byTime = seen.toSorted((a, b) => b.lastMs - a.lastMs);
  return byTime.find(({ observation }) => observation.kind !== 'not-observed') ?? byTime[0];
}

/**
 * Returns the chance (0 to 1) that the answers missed one of the usual outcomes. It is the sum over these of
 * (1 - share)^answers, because a request reaches each endpoint with the same probability.
 */
export function missChance(outcomes: ExpectedOutcome[], answers: number): number {
  const needed = usual(outcomes);
  if (needed.length < 2) return 0;
  return Math.min(
    1,
    needed.reduce((sum, { share }) => sum + (1 - share) ** answers, 0),
  );
}

/**
 * Returns the rare outcome, how many of the counted answers had it, and the chance (0 to 1) of so many or more; undefined
 * if no outcome is rare.
 */
export function rareIn(
  outcomes: ExpectedOutcome[],
  seen: Seen[],
): { rare: ExpectedOutcome; times: number; answers: number; chance: number } | undefined {
  const rare = rareOf(outcomes);
  if (rare === undefined) return undefined;
  const countIn = (some: Seen[]): number => some.reduce((sum, { counted }) => sum + counted, 0);
  const times = countIn(seen.filter(({ observation }) => matches(rare, observation)));
  const answers = countIn(seen);
  return { rare, times, answers, chance: chanceOf('at least', times, answers, rare.share) };
}

interface Remembered {
  observation: Observation;
  atMs: number;
  counts: boolean;
  answer: Answer | undefined;
  by: Answerer | undefined;
}

function remember(seen: Map<string, Seen>, { observation, atMs, counts, answer, by }: Remembered): void {
  const key = JSON.stringify(observation);
  const entry = seen.get(key) ?? { observation, count: 0, counted: 0, firstMs: atMs, lastMs: atMs };
  // Once answers of a sort count, what came before them shows nothing. The first one that counts is the one to look at.
  if (counts && entry.counted === 0) delete entry.by;
  if (answer !== undefined && entry.counted === 0) entry.evidence = answer;
  if (by !== undefined && (counts || entry.counted === 0)) entry.by = [...new Set([...(entry.by ?? []), by])];
  entry.count += 1;
  if (counts) entry.counted += 1;
  entry.lastMs = atMs;
  seen.set(key, entry);
}

/** A limit, because a mesh that keeps flapping would fill the results. `flaps` still counts all of them. */
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
