import { createColors } from 'picocolors';
import type { Diff } from '../../results/diff/index.ts';
import { columns } from '../parts/columns.ts';
import { type ChangeView, diffView } from './view.ts';

/**
 * Returns the differences between two runs, for a terminal: each change with its explanation, what could not be
 * compared, and the counts.
 * @param color whether the terminal shows colours
 */
export function diffTerminal(diff: Diff, color: boolean): string {
  const { headline, sides, runErrors, changes, notComparable, only, arrivals, totals } = diffView(diff);
  const paint = createColors(color);
  const tint = { 0: paint.green, 1: paint.red, 3: paint.yellow }[diff.summary.exitCode];
  const changeText = ({ explained, place, turn, because }: ChangeView): string =>
    [
      `${explained ? paint.green('EXPLAINED') : paint.red('UNEXPLAINED')} ${place}`,
      `  ${paint.bold(turn)}`,
      ...because.map((line) => `  ${line}`),
    ].join('\n');
  const listOf = (title: string, lines: string[]): string[] =>
    lines.length === 0 ? [] : [[paint.yellow(title), ...lines.map((line) => `  ${line}`)].join('\n')];
  const table = (): string[] => {
    if (arrivals.rows.length === 0) return [];
    const rows = [
      ['', ...arrivals.names, ''],
      ...arrivals.rows.map(({ step, times, ratio }) => [step, ...times, ratio]),
    ];
    const lines = columns(rows, (column) => column === 1 || column === 2).map((line) => `  ${line}`);
    return [[paint.bold('Time until each step arrived'), ...lines.map(paint.dim)].join('\n')];
  };
  return [
    tint(headline),
    [`  before  ${sides[0]}`, `  after   ${sides[1]}`].map(paint.dim).join('\n'),
    ...listOf('Run errors', runErrors),
    ...changes.map(changeText),
    ...listOf(
      'Not comparable',
      notComparable.map(({ place, why }) => `${place}: ${why}`),
    ),
    ...listOf(
      'In one run only',
      only.map(({ side, what }) => `${side}: ${what}`),
    ),
    ...table(),
    totals,
  ].join('\n\n');
}
