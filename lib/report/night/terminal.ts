import { createColors } from 'picocolors';
import type { Comparison, Night } from '../../nightly/types.ts';
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

/** A text of a table, with what colours it once it has its width. */
interface Cell {
  text: string;
  paint?: (padded: string) => string;
}

/**
 * Returns a night for a terminal: the table of releases and steps, what is wrong or open, then what changed.
 * @param color whether the terminal shows colours
 */
export function nightTerminal(night: Night, comparison: Comparison, color: boolean): string {
  const view = nightView(night, comparison);
  const paint = createColors(color);
  const listOf = (title: string, all: string[]): string[] =>
    all.length === 0 ? [] : [[paint.bold(title), ...all.map((line) => `  ${line}`)].join('\n')];
  const comparedOf = (title: string, all: ComparedView[]): string[] =>
    listOf(
      title,
      all.flatMap((one) => [one.head, ...one.lines.map((line) => `  ${line}`)]),
    );
  return [
    paint.bold(view.title),
    tableOf(view.table, paint),
    paint.dim(keyWords.map((one) => one.join(' ')).join('  ')),
    ...listOf('Regressions', view.regressions),
    ...listOf('Inconclusive', view.inconclusive),
    ...comparedOf('Since last night', view.sinceLastNight),
    ...comparedOf('From release to release', view.betweenReleases),
    view.headline,
  ].join('\n\n');
}

type Paint = ReturnType<typeof createColors>;

function tableOf({ suites, rows }: NightTable, paint: Paint): string {
  const tints = {
    ...{ pass: paint.green, fail: paint.red, inconclusive: paint.yellow },
    ...{ missing: paint.dim, unasked: paint.dim },
  };
  const differs = { explained: paint.cyan, unexplained: paint.red };
  // A mark, then whether it differs: two columns for each step, so that the steps of all releases stand in line.
  const stepsCell = (steps: StepEntry[]): Cell => ({
    text: steps.map(({ state, change }) => `${entryMarks[state]}${change ? changeMarks[change] : ' '}`).join(''),
    paint: (whole) =>
      [
        ...steps.map(
          ({ state, change }) =>
            `${tints[state](entryMarks[state])}${change ? differs[change](changeMarks[change]) : ' '}`,
        ),
        whole.slice(2 * steps.length),
      ].join(''),
  });
  const columns: [string, (row: ReleaseRow) => Cell][] = [
    ['Istio', (row) => ({ text: releaseWords(row) })],
    ['', ({ required }) => ({ text: required ? '' : 'informational', paint: paint.dim })],
    ['Envoy', ({ envoy = '' }) => ({ text: envoy })],
    ['time', ({ tookMs }) => ({ text: tookMs === undefined ? '' : `${Math.round(tookMs / 1000)} s` })],
    ['result', ({ verdict }) => ({ text: entryWords(verdict), paint: tints[verdict.state] })],
    ...suites.map(({ name }, at): [string, (row: ReleaseRow) => Cell] => [
      name,
      (row) => stepsCell(row.cells[at] ?? []),
    ]),
  ];
  const shown = columns
    .map(([title, cellOf]) => [{ text: title, paint: paint.dim }, ...rows.map(cellOf)])
    .filter(([, ...cells]) => cells.some(({ text }) => text !== ''))
    .map(padded);
  return Array.from({ length: rows.length + 1 }, (_, at) =>
    shown
      .map((column) => column[at])
      .join('  ')
      .trimEnd(),
  ).join('\n');
}

function padded(column: Cell[]): string[] {
  const width = Math.max(...column.map(({ text }) => text.length));
  return column.map(({ text, paint = String }) => paint(text.padEnd(width)));
}
