import type { CheckRow } from '../../results/types.ts';
import { type Case, type CellFacts, caseLine, placeOf } from '../cases.ts';
import { fenced, folded, inline } from '../markdown-text.ts';
import { fitting } from '../room.ts';
import { marks } from '../words.ts';

/**
 * Returns the cases that did not pass: what was expected and why, what was observed, and how to reproduce it. Cases
 * whose details do not fit have one line each; if there is no room for lines either, only their number is shown.
 * @param room the maximum sizes of the details and of the lines, in bytes
 */
export function failureSections(wrong: Case[], room: { details: number; lines: number }): string[] {
  const details = fitting(wrong, room.details, detailsOf);
  const lines = fitting(details.left, room.lines, lineOf);
  return [
    ...(wrong.length === 0 ? [] : ['### Failures']),
    ...details.fit.map(detailsOf),
    ...(details.left.length === 0 ? [] : [leftWords(details.left.length, wrong.length)]),
    ...(lines.fit.length === 0 ? [] : [lines.fit.map(lineOf).join('\n')]),
    ...(lines.left.length === 0 ? [] : [`And ${lines.left.length} more.`]),
  ];
}

function leftWords(left: number, all: number): string {
  return `The details of ${left} of these ${all} do not fit here: see results.json and report.html.`;
}

function lineOf(one: Case): string {
  return `- ${inline(caseLine(one))}`;
}

function detailsOf(one: Case): string {
  const { cell, verdict, why, rows } = one;
  return [
    `#### ${marks[verdict]} ${inline(placeOf(one))}`,
    ...(rows.length === 0 ? [inline(why)] : rows.map(rowText)),
    ...(cell === undefined ? [] : [comparison(cell), folded('how to reproduce it, and the raw answer', byHand(cell))]),
  ].join('\n\n');
}

function rowText({ client, server, expected, observed, why = '', reasons }: CheckRow): string {
  return [
    `- **${inline(client)} → ${inline(server)}**`,
    `  - **expected** ${inline(expected)}`,
    ...reasons.map(({ rule, text }) => `    - because ${inline(text)} (<code>${inline(rule)}</code>)`),
    `  - **observed** ${inline(observed)}`,
    ...(why.startsWith(observed) ? [] : [`  - ${inline(why)}`]),
  ].join('\n');
}

function comparison({ expected, reasons, seen, notes }: CellFacts): string {
  return [
    `- **expected** ${inline(expected)}`,
    ...reasons.map(
      ({ rule, source, text }) => `  - because ${inline(text)} (<code>${inline(rule)}</code>, ${inline(source)})`,
    ),
    ...(seen.length === 0 ? ['nothing'] : seen).map((one) => `- **observed** ${inline(one)}`),
    ...notes.map((note) => `- **note** ${inline(note)}`),
  ].join('\n');
}

function byHand({ repro, expected, evidence, script, diagnosis }: CellFacts): string {
  return [
    'In the namespaces of the run (they stay with `--keep`):',
    fenced(repro.join('\n'), 'sh'),
    `On a conforming mesh the result is ${inline(expected)}.`,
    ...(script === undefined
      ? []
      : [`To reproduce it from nothing, beside the results: <code>${inline(script)}</code>`]),
    ...(diagnosis === undefined ? [] : [`Its diagnosis, beside the results: <code>${inline(diagnosis)}/</code>`]),
    ...(evidence === undefined ? [] : ['The last answer:', fenced(evidence, 'text')]),
  ].join('\n\n');
}
