import type { CheckRow } from '../../results/index.ts';
import type { VerdictReason } from '../../verdict/index.ts';

/** The result of a check: reasons, from which the verdict follows, and, if it tries one thing after the other, each. */
export interface CheckReasons {
  reasons: VerdictReason[];
  /** The objects of others that it saw, and that can affect the run. */
  objects?: string[];
  /** What it tried, one by one. */
  rows?: CheckRow[];
}

/** A sentence about a pair that is as it must be, or why another is not. */
export type PairReport = string | VerdictReason;
