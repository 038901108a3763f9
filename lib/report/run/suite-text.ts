import type { createColors } from 'picocolors';
import {
  type AskResult,
  type CellResult,
  type CheckResult,
  type CheckRow,
  isUnbegun,
  type StepResult,
  type SuiteResult,
} from '../../results/index.ts';
import { arrivalWords } from '../parts/arrival.ts';
import { checkMark, checkTable, checkWords } from '../parts/check-table.ts';
import { fittingTable, isFitting, type TableCell, WIDTH, wrapped } from '../parts/columns.ts';
import { condensed } from '../parts/condensed.ts';
import { indented } from '../parts/failure.ts';
import { matrixOf } from '../parts/matrix.ts';
import { type CellText, cellText, forceWords, marks } from '../parts/words.ts';

type Colors = ReturnType<typeof createColors>;

/** The columns that a step's tables are indented by. */
const INDENT = 4;

/**
 * Returns a suite for a terminal: its checks, and a matrix for each step as in the task. Empty if it was not started.
 * @param suite as it is shown
 */
export function suiteText(suite: SuiteResult, paint: Colors): string {
  if (isUnbegun(suite)) return '';
  const head = `${paint.bold(suite.name)} ${paint.dim(suite.title)}`;
  const skip = suite.skipped === undefined ? [] : wrapped(`skipped: ${suite.skipped}`, 2);
  const textOf = (step: StepResult) => (step.kind === 'ask' ? askLines(step, paint) : checkLines(step, paint));
  const left = suite.notRun === undefined ? [] : wrapped(`not run: ${suite.notRun.join(', ')}`, 2);
  return [head, ...skip, ...suite.steps.flatMap(textOf), ...left].join('\n');
}

function checkLines({ title, verdict, why, objects = [], rows = [] }: CheckResult, paint: Colors): string[] {
  const named = objects.length === 0 ? '' : `: ${objects.join(', ')}`;
  const [first = '', ...more] = wrapped(`${marks[verdict]} ${title}${named}`, 2, { hang: 2 });
  return [
    first.replace(marks[verdict], tintOf(verdict, paint)(marks[verdict])),
    ...more,
    ...(rows.length === 0 ? [] : triedLines(rows, paint)),
    ...(verdict === 'pass' || rows.length > 0 ? [] : why.split('\n').flatMap((line) => wrapped(line, INDENT))),
  ];
}

function triedLines(tried: CheckRow[], paint: Colors): string[] {
  const { columns, rows } = condensed(checkTable(tried), ifPassed(checkWords));
  const cellOf = (row: CheckRow | undefined): TableCell => {
    if (row === undefined) return { text: '', paint: String };
    const tint = row.verdict === 'not-tried' ? paint.dim : tintOf(row.verdict, paint);
    return { text: `${checkMark(row)} ${checkWords(row)}`, paint: tint };
  };
  const table = rows.map(({ name, cells }) => ({ name, cells: cells.map(cellOf) }));
  return tableLines(fittingTable(columns, table, paint.dim, WIDTH - INDENT));
}

function askLines(step: AskResult, paint: Colors): string[] {
  return [
    ...wrapped(`${step.title} (${forceWords(step)})`, 2, { hang: 2 }),
    ...matrixLines(step.cells, paint),
    ...arrivalWords(step).flatMap((words) => wrapped(words, INDENT).map((line) => paint.dim(line))),
  ];
}

/** Returns a step's matrix, in full words if these fit. */
function matrixLines(cells: CellResult[], paint: Colors): string[] {
  const { columns, rows } = condensed(
    matrixOf(cells),
    ifPassed<CellResult>((cell) => cellText(cell).full),
  );
  const tableIn = (wordsOf: (text: CellText) => string) =>
    rows.map(({ name, cells }) => ({ name, cells: cells.map((cell) => cellOf(cell, wordsOf)) }));
  const cellOf = (cell: CellResult | undefined, wordsOf: (text: CellText) => string): TableCell =>
    cell === undefined
      ? { text: '', paint: String }
      : { text: `${marks[cell.verdict]} ${wordsOf(cellText(cell))}`, paint: tintOf(cell.verdict, paint) };
  const full = tableIn((text) => text.full);
  const table = isFitting(columns, full, WIDTH - INDENT) ? full : tableIn((text) => text.brief);
  return tableLines(fittingTable(columns, table, paint.dim, WIDTH - INDENT));
}

/** Returns what says of a cell that passed what is in it; of another it says undefined. */
function ifPassed<Cell extends { verdict: string }>(
  wordsOf: (cell: Cell) => string,
): (cell: Cell | undefined) => string | undefined {
  return (cell) => (cell === undefined ? '' : cell.verdict === 'pass' ? wordsOf(cell) : undefined);
}

function tableLines(lines: string[]): string[] {
  return lines.flatMap((line) => indented(line, INDENT));
}

/** Returns how a terminal paints a verdict. */
export function tintOf(verdict: 'pass' | 'fail' | 'inconclusive', paint: Colors): (text: string) => string {
  return { pass: paint.green, fail: paint.red, inconclusive: paint.yellow }[verdict];
}
