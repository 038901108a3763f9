import { atMost } from '../../platform/texts.ts';
import type { Diff } from '../../results/diff/index.ts';
import { folded, inline } from '../parts/markdown-text.ts';
import { fitting } from '../parts/room.ts';
import { type ChangeView, type DiffView, diffView } from './view.ts';

/** The maximum size of each part in bytes: no part displaces another, and together they stay below GitHub's 1 MiB. */
const ROOM = { runErrors: 40_000, changes: 400_000, notComparable: 100_000, only: 100_000, arrivals: 100_000 };

/** The maximum number of rules that are shown for a change. */
const REASONS = 10;

/**
 * Returns the differences between two runs as GitHub's Markdown: each change with its explanation, what could not be
 * compared, and the counts. It is always smaller than 1 MiB, and no text can add markup.
 */
export function diffMarkdown(diff: Diff): string {
  const { headline, sides, runErrors, changes, notComparable, only, arrivals, totals } = diffView(diff);
  const parts = [
    `## ${inline(headline)}`,
    [`- before: ${inline(sides[0])}`, `- after: ${inline(sides[1])}`].join('\n'),
    ...section('Run errors', runErrors.map(inline), ROOM.runErrors),
    ...section('What changed', changes.map(changeText), ROOM.changes),
    ...section(
      'Not comparable',
      notComparable.map(({ place, why }) => `${inline(place)}: ${inline(why)}`),
      ROOM.notComparable,
    ),
    ...section(
      'In one run only',
      only.map(({ side, what }) => `${inline(side)}: ${inline(what)}`),
      ROOM.only,
    ),
    ...table(arrivals),
    totals,
  ];
  return `${parts.join('\n\n')}\n`;
}

function section(title: string, items: string[], room: number): string[] {
  if (items.length === 0) return [];
  const { fit, left } = fitting(items, room, (item) => `- ${item}`);
  const more = left.length === 0 ? [] : [`${left.length} more do not fit here.`];
  return [`### ${title}`, ...(fit.length === 0 ? [] : [fit.map((item) => `- ${item}`).join('\n')]), ...more];
}

function changeText({ explained, place, turn, because }: ChangeView): string {
  const lines = atMost(because, REASONS).map((line) => `  - ${inline(line)}`);
  const mark = explained ? 'explained' : '**UNEXPLAINED**';
  return [`${mark} ${inline(place)}: **${inline(turn)}**`, ...lines].join('\n');
}

function table({ names, rows }: DiffView['arrivals']): string[] {
  if (rows.length === 0) return [];
  const lines = rows.map(({ step, times, ratio }) => `| ${[inline(step), ...times, ratio].join(' | ')} |`);
  const { fit, left } = fitting(lines, ROOM.arrivals, (line) => line);
  const head = [`| | ${names.map(inline).join(' | ')} | |`, '| --- | ---: | ---: | --- |'];
  const more = left.length === 0 ? '' : `\n\n${left.length} more do not fit here.`;
  return [folded('Time until each step arrived', `${[...head, ...fit].join('\n')}${more}`)];
}
