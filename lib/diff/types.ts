import type { Outcome, Reason } from '../model/types.ts';
import type { Observation, Verdict } from '../probe/types.ts';
import type { Place } from '../results/place.ts';
import type { Results } from '../results/types.ts';

/** What differs between two runs: of two releases, or of two nights. */
export interface Diff {
  schema: 'automtls.dev/diff/v1';
  /** The earlier run, or the older release. */
  a: Side;
  b: Side;
  /** Cells and checks that both runs could tell, changed or not. */
  compared: number;
  /** Unexplained ones first, each sort in the order of the suites. */
  changes: Change[];
  /** What one of the two could not tell: neither a change nor the same. */
  notComparable: NotComparable[];
  /** In the one and not in the other, such as `strict › STRICT on httpbin.full`; a step that is in neither whole is named by its cells. */
  only: { a: string[]; b: string[] };
  /** How long each step that changes a pair took to arrive, in milliseconds; for people, nothing is concluded from it. */
  propagation: { suite: string; step: string; aMs?: number; bMs?: number }[];
  summary: {
    explained: number;
    unexplained: number;
    /** 1 an unexplained change, 3 nothing or not all could be compared, 0 otherwise. */
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
  /** Errors of the whole run, a sentence each; with any, not all could be compared. Absent where nothing did. */
  runErrors?: string[];
}

export interface Change extends Place {
  a: Observed;
  b: Observed;
  /** Whether both runs were as the model says and a version gate of the model lies between them. */
  explained: boolean;
  /** The gates: rules that hold on one side alone, because of its release; none where it is unexplained. */
  gates: Reason[];
  /** One sentence: what explains it, or why nothing does. */
  why: string;
}

/** What one run found of a place, in roles. */
export interface Observed {
  verdict: Verdict;
  /** None for a check. */
  expected: Outcome[];
  /** What it settled on; where it did not pass, what came last. None for a check. */
  seen: Observation[];
  why: string;
}

export interface NotComparable extends Place {
  a: Verdict;
  b: Verdict;
  why: string;
}
