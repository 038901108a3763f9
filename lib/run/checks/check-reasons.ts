import type { CheckSeen, VerdictReason } from '../../verdict/index.ts';

/** The result of a check: what it saw, from which its verdict follows. */
export interface CheckReasons extends CheckSeen {
  /** The objects of others that it saw, and that can affect the run. */
  objects?: string[];
}

/** A sentence about a pair that is as it must be, or why another is not. */
export type PairReport = string | VerdictReason;
