import type { Outcome } from '../model/types.ts';
import type { Seen, Sight, Verdict } from '../probe/types.ts';
import type { CellResult } from '../results/types.ts';

/** A mark that needs no colour. */
export const marks: Record<Verdict, string> = { pass: '✓', fail: '✗', inconclusive: '?' };

/** Returns an outcome or a sight as a cell shows it: the code, then in a word how. */
export function short(what: Outcome | Sight): string {
  switch (what.kind) {
    case 'mtls':
      return '200 mTLS';
    case 'plain':
      return '200 plain';
    case 'unavailable':
      return '503';
    case 'reset':
      return `000 (curl ${what.curlExits.join('/')})`;
    case 'refused':
      return `000 (curl ${what.curlExit})`;
    case 'other':
      return String(what.status);
    case 'unseen':
      return 'unseen';
  }
}

/** Returns what a cell came to, such as `200 mTLS | 200 plain` where both endpoints answered. */
export function cellWords(cell: CellResult): string {
  const expected = cell.expectation.outcomes.map(({ outcome }) => short(outcome)).join(' | ');
  if (cell.verdict === 'pass') return expected;
  const last = lastSeen(cell.seen);
  return last === undefined ? `unseen, not ${expected}` : `${short(last.sight)}, not ${expected}`;
}

/** Returns the sort of answer that came last; what was unseen only where there is nothing else. */
export function lastSeen(seen: Seen[]): Seen | undefined {
  const byTime = [...seen].sort((a, b) => b.lastMs - a.lastMs);
  return byTime.find(({ sight }) => sight.kind !== 'unseen') ?? byTime[0];
}

/** Returns a duration for a person. */
export function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
