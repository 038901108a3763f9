import {
  type AskResult,
  type CellResult,
  type CheckResult,
  type CheckRow,
  countOf,
  type Results,
  type SuiteResult,
} from '../../results/index.ts';
import { arrivalWords } from '../parts/arrival.ts';
import { checkMark, checkTable, checkWords } from '../parts/check-table.ts';
import { folded, inline } from '../parts/markdown-text.ts';
import { matrixOf } from '../parts/matrix.ts';
import { fitting } from '../parts/room.ts';
import { cellWords, forceWords, marks } from '../parts/words.ts';

/**
 * Returns every suite, with the matrix of each step and how it settled. Suites that passed are folded. If there is not
 * enough room, the number of the other steps is shown.
 * @param room the maximum size in bytes
 */
export function matrixSections({ suites }: Results, room: number): string[] {
  const parts = suites.flatMap(partsOf);
  const { fit, left } = fitting(parts, room, ({ suite, text }) => suiteText(suite, text));
  const texts = [...Map.groupBy(fit, ({ suite }) => suite)].map(([suite, own]) =>
    suiteText(suite, own.map(({ text }) => text).join('\n\n')),
  );
  return [
    ...(parts.length === 0 ? [] : ['### Results']),
    ...texts,
    ...(left.length === 0
      ? []
      : [`${left.length} more steps and checks do not fit here: see results.json and report.html.`]),
  ];
}

/** The smallest part that is shown or left out: a step or a check. */
interface MatrixPart {
  suite: SuiteResult;
  text: string;
}

function partsOf(suite: SuiteResult): MatrixPart[] {
  return suite.steps.map((step) => ({ suite, text: step.kind === 'ask' ? askText(step) : checkText(step) }));
}

function suiteText(suite: SuiteResult, body: string): string {
  const { passed, failed, inconclusive } = countOf({ suites: [suite] });
  const count = [
    ...(passed > 0 ? [`${passed} passed`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(inconclusive > 0 ? [`${inconclusive} inconclusive`] : []),
  ].join(', ');
  const title = `<b>${inline(suite.name)}</b> ${inline(suite.title)}: ${count}`;
  if (failed + inconclusive === 0) return folded(`${marks.pass} ${title}`, body);
  return `#### ${failed > 0 ? marks.fail : marks.inconclusive} ${title}\n\n${body}`;
}

function checkText({ title, verdict, why, rows = [] }: CheckResult): string {
  const head = `${marks[verdict]} ${inline(title)}`;
  return rows.length === 0 ? `${head}: ${inline(why)}` : `${head}\n\n${triedTable(rows)}`;
}

function triedTable(tried: CheckRow[]): string {
  const { columns, rows } = checkTable(tried);
  const cellText = (row: CheckRow | undefined): string => {
    if (row === undefined) return '';
    const words = `${checkMark(row)} ${inline(checkWords(row))}`;
    return row.verdict === 'pass' || row.verdict === 'not-tried' ? words : `<b>${words}</b>`;
  };
  return tableOf(
    columns,
    rows.map(({ name, cells }) => [inline(name), ...cells.map(cellText)]),
  );
}

function askText(step: AskResult): string {
  return [
    `**${inline(step.title)}** (${inline(forceWords(step))})`,
    table(step.cells),
    arrivalWords(step).map(inline).join('<br>'),
  ].join('\n\n');
}

function table(cells: CellResult[]): string {
  const { columns, rows } = matrixOf(cells);
  return tableOf(
    columns,
    rows.map(({ name, cells }) => [inline(name), ...cells.map(cellText)]),
  );
}

function tableOf(columns: string[], rows: string[][]): string {
  return [['', ...columns.map(inline)], ['', ...columns].map(() => '---'), ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
}

function cellText(cell: CellResult | undefined): string {
  if (cell === undefined) return '';
  const words = `${marks[cell.verdict]} ${inline(cellWords(cell))}`;
  return cell.verdict === 'pass' ? words : `<b>${words}</b>`;
}
