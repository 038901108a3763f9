import type { Expectation } from '../model/types.ts';

/** One pair under one step: a client asks a server, and the model says what may come of it. */
export interface Cell {
  /** Such as `sleep.full → httpbin.partial`. */
  id: string;
  /** The client's key among the askers. */
  client: string;
  url: string;
  expectation: Expectation;
  /** What was expected before the step; absent where nothing is known of it. */
  before?: Expectation;
}

/** What curl brought back from one request. */
export interface Answer {
  /** Milliseconds since the epoch, when it was complete. */
  at: number;
  /** HTTP status, 0 where none came. */
  status: number;
  curlExit: number;
  curlMessage: string;
  /** How long the request took, in milliseconds. */
  ms: number;
  /** Whether it went over a connection of its own, and not one that an earlier request had left open. */
  fresh: boolean;
  body: string;
}

/**
 * What an answer shows.
 * - `mtls`, `plain`: 200, with and without the client's SPIFFE ID.
 * - `unavailable`: 503.
 * - `refused`: no HTTP answer, for a reason that a mesh can give.
 * - `other`: any other status.
 * - `unseen`: the harness could not tell, and why.
 */
export type Sight =
  | { kind: 'mtls'; identity: string }
  | { kind: 'plain' }
  | { kind: 'unavailable' }
  | { kind: 'refused'; curlExit: number }
  | { kind: 'other'; status: number }
  | { kind: 'unseen'; why: string };

/** Sights of one sort, counted. */
export interface Seen {
  sight: Sight;
  count: number;
  /** Milliseconds since the step was applied. */
  firstMs: number;
  lastMs: number;
  /** The last answer of this sort, as evidence; absent where there was none. */
  evidence?: Answer;
}

/** Sights one after the other that were all right, all wrong, or all unseen; times in milliseconds since the step was applied. */
export interface Stretch {
  state: 'right' | 'wrong' | 'unseen';
  fromMs: number;
  toMs: number;
  count: number;
}

/** pass: seen as the rules say. fail: seen otherwise. inconclusive: the harness could not tell. */
export type Verdict = 'pass' | 'fail' | 'inconclusive';

export interface Judgement {
  verdict: Verdict;
  /** One sentence: why this verdict. */
  why: string;
  asked: number;
  seen: Seen[];
  /** What came when, in stretches of one sort; only the first 64, then the last grows over whatever comes. */
  course: Stretch[];
  /** Matches in a row at the end. */
  streak: number;
  /** The chance that an endpoint which answers differently was missed by the streak, 0 to 1. */
  missChance: number;
  /** Milliseconds from the step's API call to the first right answer; absent where none came. */
  firstRightMs?: number;
  /** Milliseconds to the last wrong answer; absent where none was wrong. */
  lastWrongMs?: number;
  /** Changes from right to wrong. */
  flaps: number;
}

/** How long and how often to ask. */
export interface Patience {
  /** Right answers in a row that make a pass; well above the two workers of a sidecar, whose idle connections outlive a policy. */
  matchesInRow: number;
  /** Milliseconds from the step's API call to giving up. */
  deadlineMs: number;
  /** The chance of having missed an endpoint below which it counts as not there. */
  missChance: number;
  /** Seconds that one request may take. */
  requestSeconds: number;
  /** Requests to each server that one curl process makes before it reports. */
  asksPerGo: number;
  /** Milliseconds to go on asking where no cell changes with a step, so that nothing shows its arrival. */
  unwitnessedMs: number;
}
