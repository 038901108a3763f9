import { fitting, folded, inline } from '../../../report/index.ts';
import { counted } from '../../../verdict/index.ts';
import type { Comparison, Night } from '../types.ts';
import {
  changeMarks,
  entryMarks,
  entryWords,
  keyWords,
  type NightTable,
  type ReleaseRow,
  releaseWords,
  type StepEntry,
} from './table.ts';
import { type ComparedView, nightView } from './view.ts';

/**
 * The maximum sizes in bytes of the table, of the list of steps, and of each kind of comparison. Together they stay
 * below 1 MiB, because GitHub shows nothing of a longer text.
 */
const ROOM = { table: 150_000, steps: 50_000, compared: 230_000 };

/** Returns a night as GitHub's Markdown: the table of releases and steps, what is wrong or unclear, then changes. */
export function nightMarkdown(night: Night, comparison: Comparison): string {
  const view = nightView(night, comparison);
  const parts = [
    `## ${view.title}`,
    view.headline,
    ...nightTableMarkdown(view.table),
    ...listOf('Regressions', view.regressions),
    ...listOf(view.inconclusive.title, view.inconclusive.lines),
    ...comparedOf('Since last night', view.sinceLastNight),
    ...comparedOf('From release to release', view.betweenReleases),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** Returns blocks of Markdown: the table, its legend, and the steps of each suite in a folded section. */
function nightTableMarkdown({ suites, rows }: NightTable): string[] {
  const columns = columnsOf(rows);
  const head = [...columns.map(([title]) => title), ...suites.map(({ name }) => cellText(name))];
  const { fit, left } = fitting(
    rows.map((row) => [...columns.map(([, textOf]) => textOf(row)), ...row.cells.map(stepsText)]),
    ROOM.table,
    rowOf,
  );
  const steps = suites.map(({ name, steps }) => `- ${inline(name)}: ${steps.map(inline).join('; ')}`);
  const { fit: shown, left: hidden } = fitting(steps, ROOM.steps, (line) => line);
  if (hidden.length > 0) shown.push(`- The steps of ${counted(hidden.length, 'more suite')} do not fit here.`);
  return [
    [head, head.map(() => '---'), ...fit].map(rowOf).join('\n'),
    ...(left.length === 0 ? [] : [`${left.length} more releases do not fit here.`]),
    keyWords.map((one) => one.join(' ')).join(', '),
    folded('The steps of each suite, in the order of their marks', shown.join('\n')),
  ];
}

/** Returns the columns before those of the suites, without empty ones. */
function columnsOf(rows: ReleaseRow[]): [string, (row: ReleaseRow) => string][] {
  const columns: [string, (row: ReleaseRow) => string][] = [
    ['Istio', (row) => cellText(releaseWords(row))],
    ['', ({ required }) => (required ? '' : 'informational')],
    ['Envoy', ({ envoy = '' }) => cellText(envoy)],
    ['time', ({ tookMs }) => (tookMs === undefined ? '' : `${Math.round(tookMs / 1000)} s`)],
    ['result', ({ verdict }) => cellText(entryWords(verdict))],
  ];
  return columns.filter(([, textOf]) => rows.some((row) => textOf(row) !== ''));
}

/** Failures, inconclusive steps and changes are bold. Non-breaking spaces keep a cell's marks on one line. */
function stepsText(steps: StepEntry[]): string {
  const text = ({ state, change }: StepEntry): string => {
    const mark = `${entryMarks[state]}${change ? changeMarks[change] : ''}`;
    return state === 'fail' || state === 'inconclusive' || change !== undefined ? `**${mark}**` : mark;
  };
  return steps.map(text).join('\u{a0}');
}

/** Inside a table row a number cannot start a list, so it needs no zero-width space before it. */
function cellText(text: string): string {
  return inline(text).replace(/^&#8203;(?=\d)/, '');
}

function rowOf(row: string[]): string {
  return `| ${row.join(' | ')} |`;
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
  const more = left.length === 0 ? [] : [`${left.length} more of these comparisons do not fit here.`];
  return [`### ${head}`, ...(fit.length === 0 ? [] : [fit.join('\n')]), ...more];
}
