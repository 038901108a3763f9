import type { Verdict, VerdictReason } from '../../verdict/index.ts';

/** What `npm run prove` found, and the contents of prove.json. */
export interface Proof {
  schema: 'automtls.dev/prove/v2';
  automtls: { version: string };
  /** RFC 3339. */
  startedAt: string;
  /** The total time in milliseconds, without the cluster's. */
  ms: number;
  cluster: { provider: string; name: string; kubernetes: string };
  istio: { version: string; notes: string[] };
  saboteurs: TriedSaboteur[];
  summary: ProofSummary;
  /** Why the catalogue was not tried to its end; absent if it was. */
  error?: string;
}

export interface ProofSummary {
  killed: number;
  survived: number;
  false: number;
  withstood: number;
  /** The share (0 to 1) of killed saboteurs among those that were tried and must turn something; absent if none was. */
  score?: number;
  /** 0 if all are killed or withstood, 1 if one survived or is false, 3 if not all could be tried. */
  exitCode: 0 | 1 | 3;
}

/**
 * - `killed`: exactly what had to turn did, for the stated reasons.
 * - `survived`: some or all of what had to turn stayed green.
 * - `false`: something else turned, or for another reason.
 * - `withstood`: nothing had to turn, and nothing did.
 */
export type ProofOutcome = 'killed' | 'survived' | 'false' | 'withstood';

export interface TriedSaboteur {
  name: string;
  title: string;
  /** Such as `strict › STRICT on httpbin.full`. */
  aim: string;
  when: string;
  outcome: ProofOutcome;
  /** One sentence each: what was not as stated. Empty if it was killed or withstood. */
  why: string[];
  /** What had to turn. */
  turns: { of: string[]; to: string; because: string }[];
  /** What turned. */
  turned: HarnessVerdict[];
  /** Times in milliseconds. */
  ms: { break: number; step: number; mend: number };
}

/** What the harness said of a pair, a check, or the start of a run. */
export interface HarnessVerdict {
  /** Such as `sleep.full → httpbin.full`, `ready` or `start`. */
  of: string;
  verdict: Verdict | 'refused';
  why: string;
  /** The same as data. */
  reasons: VerdictReason[];
}
