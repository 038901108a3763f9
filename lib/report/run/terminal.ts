import { createColors } from 'picocolors';
import { isUnbegun } from '../../results/summary.ts';
import type {
  AskResult,
  CellResult,
  CheckResult,
  CheckRow,
  Results,
  StepResult,
  SuiteResult,
} from '../../results/types.ts';
import type { Verdict } from '../../verdict/reasons.ts';
import { arrivalWords } from '../arrival.ts';
import { asShown } from '../as-shown.ts';
import { type Case, caseLine, casesOf, unaskedTogether, whyUnasked, wrongFirst } from '../cases.ts';
import { certaintyWords } from '../certainty.ts';
import { checkMark, checkTable, checkWords } from '../check-table.ts';
import { columns, padded, widest } from '../columns.ts';
import { failureText, indented, unaskedText } from '../failure.ts';
import { matrixOf } from '../matrix.ts';
import { atMost } from '../room.ts';
import { countWithRunErrors, runErrorsOf } from '../run-errors.ts';
import { allVisible, line } from '../visible.ts';
import { cellWords, forceWords, inconclusiveWords, marks, meshWords, phaseWords, totals } from '../words.ts';

/** The maximum number of failures that the end of the report lists. */
const NAMED = 10;
/** The maximum length of a reason there that several cells share. */
const WHY = 200;

/**
 * Returns the results of a run for a terminal: a matrix for each step as in the task, then the failures, then the
 * counts.
 * @param color whether the terminal shows colours
 * @param kept the path of the HTML report, if it is kept
 */
export function terminalReport(found: Results, color: boolean, kept?: string): string {
  const results = asShown(allVisible(found));
  const paint = createColors(color);
  const tint = { pass: paint.green, fail: paint.red, inconclusive: paint.yellow };
  // All matrices have the same width for the names of rows, so that their columns are aligned.
  const nameWidth = widest(
    results.suites.flatMap(({ steps }) =>
      steps.flatMap((step) => (step.kind === 'ask' ? matrixOf(step.cells).rows.map(({ name }) => name) : [])),
    ),
  );

  const suiteText = (suite: SuiteResult): string => {
    const head = `${paint.bold(suite.name)} ${paint.dim(suite.title)}`;
    const skip = suite.skipped === undefined ? [] : [`  skipped: ${suite.skipped}`];
    return [head, ...skip, ...suite.steps.map(stepText)].join('\n');
  };
  const stepText = (step: StepResult): string => (step.kind === 'ask' ? askText(step) : checkText(step));
  const checkText = ({ title, verdict, why, rows = [] }: CheckResult): string =>
    [
      `  ${tint[verdict](marks[verdict])} ${title}`,
      ...(rows.length === 0 ? [] : [triedText(rows)]),
      ...(verdict === 'pass' || rows.length > 0 ? [] : indented(why, 4)),
    ].join('\n');
  const triedText = (tried: CheckRow[]): string => {
    const { columns: names, rows } = checkTable(tried);
    const cellOf = (row: CheckRow | undefined): string => {
      if (row === undefined) return '';
      const text = `${checkMark(row)} ${checkWords(row)}`;
      return row.verdict === 'not-tried' ? paint.dim(text) : tint[row.verdict](text);
    };
    const [head = '', ...lines] = columns([['', ...names], ...rows.map((row) => [row.name, ...row.cells.map(cellOf)])]);
    return [paint.dim(head), ...lines].map((one) => `    ${one}`).join('\n');
  };
  const askText = (step: AskResult): string => {
    const arrival = arrivalWords(step).map((words) => paint.dim(`    ${words}`));
    return [`  ${step.title} ${paint.dim(`(${forceWords(step)})`)}`, matrix(step.cells), ...arrival].join('\n');
  };
  const cellText = (cell: CellResult | undefined): string =>
    cell === undefined ? '' : tint[cell.verdict](`${marks[cell.verdict]} ${cellWords(cell)}`);
  const matrix = (cells: CellResult[]): string => {
    const { columns: names, rows } = matrixOf(cells);
    const texts = rows.map((row) => row.cells.map(cellText));
    const width = widest([...names, ...texts.flat()]);
    const lineOf = (name: string, all: string[]): string =>
      `    ${[padded(name, nameWidth), ...all.map((one) => padded(one, width))].join('  ')}`.trimEnd();
    return [paint.dim(lineOf('', names)), ...rows.map(({ name }, at) => lineOf(name, texts[at] ?? []))].join('\n');
  };

  const wrong = casesOf(results).filter(({ verdict }) => verdict !== 'pass');
  const folder = kept?.replace(/[^/]*$/, '');
  const { istio, summary } = results;
  const count = countWithRunErrors(results);
  return [
    ...results.suites.filter((suite) => !isUnbegun(suite)).map(suiteText),
    ...unaskedTogether(wrong, whyUnasked).map((group) => paint.red(groupText(group, folder))),
    [
      paint.dim(meshWords(results)),
      ...istio.notes.map((note) => paint.dim(note)),
      paint.dim(phaseWords(results)),
      ...certaintyWords(results).map((words) => paint.dim(words)),
      ...(summary.partial.length === 0 ? [] : [`partial: ${summary.partial.join('; ')}`]),
      ...runErrorsOf(results).map(({ kind, text }) => paint.red(`${kind}: ${text}`)),
      // The end of the output lists the failures again, because some readers see only the end.
      ...atMost(
        unaskedTogether(wrongFirst(wrong), whyUnasked).map((group) => tint[verdictOf(group)](groupLine(group))),
        NAMED,
      ),
      ...(kept === undefined ? [] : [`report: ${kept}`]),
      ...inconclusiveWords(count),
      totals(count),
    ].join('\n'),
  ].join('\n\n');
}

function groupText(group: Case[], folder: string | undefined): string {
  const [only, ...more] = group;
  return only === undefined || more.length > 0 ? unaskedText(group) : failureText(only, undefined, folder);
}

function groupLine(group: Case[]): string {
  const [first, ...more] = group;
  if (first === undefined) return '';
  if (more.length === 0) return caseLine(first);
  return `${marks.inconclusive} ${group.length} pairs were not tested: ${line(first.why, WHY)}`;
}

function verdictOf(group: Case[]): Verdict {
  return group[0]?.verdict ?? 'inconclusive';
}
