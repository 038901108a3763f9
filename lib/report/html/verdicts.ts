import type { Verdict } from '../../probe/types.ts';

/** What one says of a check or a cell that came to the verdict. */
export const verdictWords: Record<Verdict, string> = {
  pass: 'passed',
  fail: 'failed',
  inconclusive: 'inconclusive',
};
