import type { Gate } from '../release.ts';

/** A rule of Istio's, and in which releases it holds, where they differ. */
export interface Rule extends Gate {
  /** What it comes to, in a few words of Markdown, for docs/rules.md. */
  says: string;
  /** Where it is written. */
  source: string;
}
