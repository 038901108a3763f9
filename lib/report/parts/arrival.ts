import type { AskResult, CellResult } from '../../results/index.ts';
import { counted as numberOf, usual } from '../../verdict/index.ts';
import { duration } from './words.ts';

/** The number of pairs that have a sentence each. */
const FEW = 2;

/**
 * Returns sentences about a step: when it settled and after how many requests, how certain it is that both endpoints of
 * a mixed server were observed, and any notes.
 */
export function arrivalWords({ propagation, cells, notes = [] }: AskResult): string[] {
  const asked = cells.reduce((sum, cell) => sum + cell.requests, 0);
  const settled = cells.every(({ changes, verdict }) => !changes || verdict === 'pass');
  return [
    [...convergenceWords(propagation, settled), numberOf(asked, 'request')].join(', '),
    ...mixedWords(
      cells.filter(({ expectation, verdict }) => verdict === 'pass' && usual(expectation.outcomes).length > 1),
    ),
    ...notes.map((note) => `note: ${note}`),
  ];
}

/** Returns a sentence for each mixed pair, or one for all if there are many. */
function mixedWords(mixed: CellResult[]): string[] {
  if (mixed.length <= FEW) {
    return mixed.map(
      ({ server, client, counted }) =>
        `both endpoints of ${server} observed from ${client} in ${numberOf(counted, 'answer')}`,
    );
  }
  const least = Math.min(...mixed.map(({ counted }) => counted));
  return [
    `both endpoints observed by all ${mixed.length} pairs of mixed servers, in ${numberOf(least, 'answer')} or more`,
  ];
}

/** Each pair has its own times, so the last wrong answer of one may come before another is right at all. */
function convergenceWords(propagation: AskResult['propagation'], settled: boolean): string[] {
  if (propagation === undefined) return settled ? [] : ['not settled'];
  const { firstRightMs, lastWrongMs = 0, flaps } = propagation;
  const again = flaps === 0 ? '' : `went wrong again ${timesWords(flaps)}`;
  if (settled) {
    const after = `settled ${duration(Math.max(firstRightMs, lastWrongMs))} after the change`;
    return [again === '' ? after : `${after} (it ${again} before)`];
  }
  return [
    `not settled: first right ${duration(firstRightMs)} after the change`,
    ...(again === '' ? [] : [again]),
    ...(lastWrongMs > firstRightMs ? [`last wrong after ${duration(lastWrongMs)}`] : []),
  ];
}

function timesWords(count: number): string {
  if (count === 1) return 'once';
  return count === 2 ? 'twice' : `${count} times`;
}
