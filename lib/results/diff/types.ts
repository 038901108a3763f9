import type { Outcome, Reason } from '../../model/index.ts';
import type { Observation, Verdict } from '../../verdict/index.ts';
import type { Place, Results } from '../index.ts';

/** The differences between two runs: of two releases, or of two nights. */
export interface Diff {
  schema: 'automtls.dev/diff/v1';
  /** The earlier run, or the older release. */
  a: Side;
  b: Side;
  /** Cells and checks that both runs determined, changed or not. */
  compared: number;
  /** Unexplained changes first, each group in the order of the suites. */
  changes: Change[];
  /** Cells and checks that one of the runs could not determine. */
  notComparable: NotComparable[];
  /** What only one run has: whole steps, such as `strict › STRICT on httpbin.full`, or single cells of a step. */
  only: { a: string[]; b: string[] };
  /** How long the arrival of each step that changes a pair took, in milliseconds; for information only. */
  propagation: { suite: string; step: string; aMs?: number; bMs?: number }[];
  summary: {
    explained: number;
    unexplained: number;
    /** 1 an unexplained change, 3 nothing or not everything could be compared, 0 otherwise. */
    exitCode: 0 | 1 | 3;
  };
}

/** One of the two runs of a comparison. */
export interface Side {
  id: string;
  startedAt: string;
  istio: { version: string; release: string };
  cluster: Results['cluster'];
  automtls: string;
  /**
   * Errors of the whole run, one sentence each. With any, not everything could be compared. Absent if there are none.
   */
  runErrors?: string[];
}

export interface Change extends Place {
  a: Observed;
  b: Observed;
  /** Whether both runs were as the model predicts and there is a version gate of the model between their releases. */
  explained: boolean;
  /** The gates: rules that apply to only one side because of its release, each with the boundary between the two; empty if unexplained. */
  gates: Reason[];
  /** One sentence: what explains it, or why nothing does. */
  why: string;
}

/** What one run observed at a place, in the topology's names. */
export interface Observed {
  verdict: Verdict;
  /** Empty for a check. */
  expected: Outcome[];
  /** What was observed once it had settled; if it did not pass, the last observation. Empty for a check. */
  seen: Observation[];
  why: string;
}

export interface NotComparable extends Place {
  a: Verdict;
  b: Verdict;
  why: string;
}
