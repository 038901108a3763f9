import type { Observation } from './observation.ts';
import type { Verdict, VerdictReason } from './reasons.ts';
import type { Answer, Answerer } from './record/asked.ts';

/** The number of observations of one sort. */
export interface Seen {
  observation: Observation;
  count: number;
  /** How many of them count, because they came after the step's arrival and the grace for pooled connections. */
  counted: number;
  /** Milliseconds since the step was applied. */
  firstMs: number;
  lastMs: number;
  /**
   * The first answer of this sort that counts, as evidence; the last one if none counts. Absent if the client was lost.
   */
  evidence?: Answer;
  /** Who gave these answers, in order of appearance; absent where it is not known, and for right answers. */
  by?: Answerer[];
}

/**
 * Consecutive observations that were all right, all wrong, or all not observed. Times are in milliseconds since the
 * step was applied.
 */
export interface Interval {
  state: 'right' | 'wrong' | 'not-observed';
  fromMs: number;
  toMs: number;
  count: number;
}

/** What is known of a pair after a step. */
export interface Judgement {
  verdict: Verdict;
  /** What the verdict follows from. */
  reasons: VerdictReason[];
  requests: number;
  seen: Seen[];
  /** The observations over time. After 64 intervals, the last one includes all later observations. */
  timeline: Interval[];
  /** The number of counted answers: readable ones after the arrival and the grace. */
  counted: number;
  /** How many of these were wrong. With any, the cell cannot pass. */
  wrong: number;
  /** The chance (0 to 1) that the counted answers missed an endpoint that answers differently. */
  missChance: number;
  /** Milliseconds from the step's API call to the first right answer; absent if none was right. */
  firstRightMs?: number;
  /** Milliseconds from the step's API call to the last wrong answer; absent if none was wrong. */
  lastWrongMs?: number;
  /** The number of changes from right to wrong. */
  flaps: number;
}
