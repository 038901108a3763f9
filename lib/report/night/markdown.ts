import type { Comparison, Night } from '../../nightly/types.ts';
import { inline } from '../markdown-text.ts';
import { fitting } from '../room.ts';
import { type ComparedView, type Entry, entryWords, type NightView, nightView } from './view.ts';

/** Bytes for the table and for each sort of comparison: all together stay below the 1 MiB beyond which GitHub shows nothing. */
const ROOM = { table: 150_000, compared: 230_000 };

/** Returns a night as Markdown of GitHub: the table of steps and releases, what is wrong or open, then what changed. */
export function nightMarkdown(night: Night, comparison: Comparison): string {
  const view = nightView(night, comparison);
  const parts = [
    `## ${view.title}`,
    view.headline,
    ...table(view),
    ...listOf('What is wrong', view.troubles),
    ...listOf('What could not be told', view.untold),
    ...comparedOf('Since last night', view.sinceLastNight),
    ...comparedOf('From release to release', view.betweenReleases),
  ];
  return `${parts.join('\n\n')}\n`;
}

function table({ legs, steps }: NightView): string[] {
  const { fit, left } = fitting(
    steps.map((step) => [inline(step.title), ...step.entries.map(entryText)]),
    ROOM.table,
    rowOf,
  );
  const rows = [
    ['', ...legs.map(({ istio }) => istio)],
    ['---', ...legs.map(() => '---')],
    ['', ...legs.map(({ required }) => (required ? 'required' : 'informational'))],
    ['**in all**', ...legs.map(({ verdict }) => entryText(verdict))],
    ...fit,
  ];
  const more = left.length === 0 ? [] : [`There is no room here for ${left.length} more steps.`];
  return [rows.map(rowOf).join('\n'), ...more];
}

function rowOf(row: string[]): string {
  return `| ${row.join(' | ')} |`;
}

function entryText(entry: Entry): string {
  return inline(entryWords(entry));
}

function listOf(head: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : [`### ${head}`, lines.map((line) => `- ${inline(line)}`).join('\n')];
}

function comparedOf(head: string, compared: ComparedView[]): string[] {
  if (compared.length === 0) return [];
  const items = compared.map((one) =>
    [`- ${inline(one.head)}`, ...one.lines.map((line) => `  - ${inline(line)}`)].join('\n'),
  );
  const { fit, left } = fitting(items, ROOM.compared, (item) => item);
  const more = left.length === 0 ? [] : [`There is no room here for ${left.length} more of these comparisons.`];
  return [`### ${head}`, ...(fit.length === 0 ? [] : [fit.join('\n')]), ...more];
}
