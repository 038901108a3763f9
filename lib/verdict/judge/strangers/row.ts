import type { Reason } from '../../../model/index.ts';
import type { Verdict } from '../../fields.ts';
import type { TriedRow } from '../../record/tried.ts';

/** What one thing that a check tried comes to. */
export interface JudgedRow {
  client: string;
  server: string;
  /** What had to come of it, such as `refused`. */
  expected: string;
  /** What came back, and how often. */
  observed: string;
  verdict: Verdict | 'not-tried';
  /** What is wrong, or why it was not tried. */
  why?: string;
  /** Why it was expected. */
  reasons: Reason[];
}

/** Returns what a row is about: who asked whom, and what had to come of it. */
export function placeOf({ client, server, expected }: Exclude<TriedRow, { kind: 'names' }>) {
  return { client, server, expected: expected.comesTo, reasons: expected.reasons };
}

/** Returns a row of what is not tried on this mesh. That is no verdict. */
export function notTried(row: Exclude<TriedRow, { kind: 'names' }>, why: string): JudgedRow {
  return { ...placeOf(row), observed: 'not tried', verdict: 'not-tried', why };
}
