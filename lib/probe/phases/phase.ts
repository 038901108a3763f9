import type { Reading } from '../../verdict/index.ts';
import type { Cell } from '../types.ts';

/** A reading of the counters, and when it began. */
export interface TimedReading {
  at: number;
  counts: Reading | undefined;
}

/**
 * The phases of asking a step, in this order: until all changes have arrived, until pooled connections are used up, until
 * the counters show that they are gone, and until the counted answers are complete. Each holds what it needs, and what
 * later ones need of it. Times are in milliseconds since the epoch.
 */
export type Phase = Arrival | Grace | Connections | Sample;

export interface Arrival {
  name: 'arrival';
  /** The cell that is asked alone until it is seen changed; undefined if all are asked. */
  scout: Cell | undefined;
  /** Whether to read the counters once already, since more than half of the cells that the step changes have changed. */
  readsEarly: boolean;
  /** The readings of the counters so far, in order: two of them show a change that no answer shows. */
  readings: TimedReading[];
}

export interface Grace {
  name: 'grace';
  arrivedAt: number;
  readings: TimedReading[];
}

export interface Connections {
  name: 'connections';
  gracedAt: number;
  readings: TimedReading[];
  /** The last reading of this phase, which showed open connections from before the step; undefined before the first. */
  reading: TimedReading | undefined;
}

export interface Sample {
  name: 'sample';
  /** Answers to batches that are sent from this time on count. */
  from: number;
  /** The last reading of the counters before it; undefined if there was none. */
  reading: TimedReading | undefined;
}
