import type { Reading } from '../../verdict/index.ts';
import type { Cell } from '../types.ts';

/** A reading of the counters, and when it began. */
export interface PhaseReading {
  at: number;
  counts: Reading | undefined;
}

/**
 * The phases of asking a step, in this order: until all changes have arrived, until pooled connections are used up, until
 * the counters show that they are gone, and until the counted answers are complete. Each holds what it needs, and what
 * later ones need of it. Times are in milliseconds since the epoch.
 */
export type Phase = ArrivalPhase | GracePhase | ConnectionsPhase | SamplePhase;

export interface ArrivalPhase {
  name: 'arrival';
  /** The cell that is asked alone until it is seen changed; undefined if all are asked. */
  scout: Cell | undefined;
  /** Whether to read the counters once already, since more than half of the cells that the step changes have changed. */
  readsEarly: boolean;
  /** The readings of the counters so far, in order: two of them show a change that no answer shows. */
  readings: PhaseReading[];
}

export interface GracePhase {
  name: 'grace';
  arrivedAt: number;
  readings: PhaseReading[];
}

export interface ConnectionsPhase {
  name: 'connections';
  gracedAt: number;
  readings: PhaseReading[];
  /** The last reading of this phase, which showed open connections from before the step; undefined before the first. */
  reading: PhaseReading | undefined;
}

export interface SamplePhase {
  name: 'sample';
  /** Answers to batches that are sent from this time on count. */
  from: number;
  /** The last reading of the counters before it; undefined if there was none. */
  reading: PhaseReading | undefined;
}
