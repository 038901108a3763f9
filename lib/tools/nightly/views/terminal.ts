import { createColors } from 'picocolors';
import { columns } from '../../../report/index.ts';
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
 * Returns a night for a terminal: the table of releases and steps, regressions, inconclusive results, then changes.
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
    ...listOf(view.inconclusive.title, view.inconclusive.lines),
    ...comparedOf('Since last night', view.sinceLastNight),
    ...comparedOf('From release to release', view.betweenReleases),
    view.headline,
  ].join('\n\n');
}

type Paint = ReturnType<typeof createColors>;

function tableOf({ suites, rows }: NightTable, paint: Paint): string {
  const tints = {
    pass: paint.green,
    fail: paint.red,
    inconclusive: paint.yellow,
    missing: paint.dim,
    unasked: paint.dim,
  };
  const differs = { explained: paint.cyan, unexplained: paint.red };
  // Each step has two columns, its mark and its change, so that the steps of all releases are aligned.
  const stepText = ({ state, change }: StepEntry): string =>
    `${tints[state](entryMarks[state])}${change ? differs[change](changeMarks[change]) : ' '}`;
  const all: [string, (row: ReleaseRow) => string][] = [
    ['Istio', releaseWords],
    ['', ({ required }) => (required ? '' : paint.dim('informational'))],
    ['Envoy', ({ envoy = '' }) => envoy],
    ['time', ({ tookMs }) => (tookMs === undefined ? '' : `${Math.round(tookMs / 1000)} s`)],
    ['result', ({ verdict }) => tints[verdict.state](entryWords(verdict))],
    ...suites.map(({ name }, at): [string, (row: ReleaseRow) => string] => [
      name,
      ({ cells }) => (cells[at] ?? []).map(stepText).join(''),
    ]),
  ];
  const shown = all.filter(([, textOf]) => rows.some((row) => textOf(row) !== ''));
  return columns([
    shown.map(([title]) => paint.dim(title)),
    ...rows.map((row) => shown.map(([, textOf]) => textOf(row))),
  ]).join('\n');
}
