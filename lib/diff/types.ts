import type { Outcome, Reason } from '../model/types.ts';
import type { Observation, Verdict } from '../probe/types.ts';
import type { Place } from '../results/place.ts';
import type { Results } from '../results/types.ts';

/** The differences between two runs: of two releases, or of two nights. */
export interface Diff {
  schema: 'automtls.dev/diff/v1';
  /** The earlier run, or the older release. */
  a: Side;
  b: Side;
  /** Cells and checks that both runs determined, changed or not. */
  compared: number;
  /** Unexplained ones first, then in the order of the suites. */
  changes: Change[];
  /** What one of the two could not determine: neither changed nor the same. */
  notComparable: NotComparable[];
  /** In the one and not in the other, such as `strict › STRICT on httpbin.full`; a step that is in neither whole is named by its cells. */
  only: { a: string[]; b: string[] };
  /** How long each step that changes a pair took to arrive, in milliseconds; for information only. */
  propagation: { suite: string; step: string; aMs?: number; bMs?: number }[];
  summary: {
    explained: number;
    unexplained: number;
    /** 1 an unexplained change, 3 nothing or not everything could be compared, 0 otherwise. */
    exitCode: 0 | 1 | 3;
  };
}

/** Which run one side of a comparison is. */
export interface Side {
  id: string;
  startedAt: string;
  istio: { version: string; release: string };
  cluster: Results['cluster'];
  automtls: string;
  /** Errors of the whole run, a sentence each; with any, not everything could be compared. Absent if there are none. */
  runErrors?: string[];
}

export interface Change extends Place {
  a: Observed;
  b: Observed;
  /** Whether both runs were as the model predicts and a version gate of the model lies between them. */
  explained: boolean;
  /** The gates: rules that apply to only one side because of its release, each with the boundary between the two; empty if unexplained. */
  gates: Reason[];
  /** One sentence: what explains it, or why nothing does. */
  why: string;
}

/** What one run found of a place, in the topology's names. */
export interface Observed {
  verdict: Verdict;
  /** None for a check. */
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
