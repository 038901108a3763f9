import { atMost } from '../../platform/texts.ts';
import type { CheckRow } from '../../results/index.ts';
import { type Case, type CellFacts, caseLine, placeOf } from '../parts/cases.ts';
import { causeName, type Finding, findingTitle, symptomsOf } from '../parts/findings.ts';
import { fenced, folded, inline } from '../parts/markdown-text.ts';
import { fitting } from '../parts/room.ts';
import { marks } from '../parts/words.ts';

/** The maximum number of a finding's other cases that have a line each. */
const OTHERS = 50;

/**
 * Returns the findings of a run: what likely caused each, what is wrong, and one case of it in full, with what was expected
 * and why, what was observed, and how to reproduce it. Findings that do not fit have one line each; if there is no room
 * for lines either, only their number is shown.
 * @param room the maximum sizes of the details and of the lines, in bytes
 */
export function failureSections(findings: Finding[], room: { details: number; lines: number }): string[] {
  const details = fitting(findings, room.details, findingText);
  const lines = fitting(details.left, room.lines, lineOf);
  return [
    ...(findings.length === 0 ? [] : ['### Failures']),
    ...details.fit.map(findingText),
    ...(details.left.length === 0 ? [] : [leftWords(details.left.length, findings.length)]),
    ...(lines.fit.length === 0 ? [] : [lines.fit.map(lineOf).join('\n')]),
    ...(lines.left.length === 0 ? [] : [`And ${lines.left.length} more.`]),
  ];
}

function leftWords(left: number, all: number): string {
  return `The details of ${left} of these ${all} do not fit here: see results.json and report.html.`;
}

function lineOf(finding: Finding): string {
  return `- ${marks[finding.verdict]} ${inline(findingTitle(finding))}`;
}

function findingText(finding: Finding): string {
  const { verdict, causes, cases } = finding;
  const [first, ...others] = cases as [Case, ...Case[]];
  if (others.length === 0 && causes.length === 0) {
    return [`#### ${marks[verdict]} ${inline(placeOf(first))}`, ...detailsOf(first)].join('\n\n');
  }
  const texts = causes.flatMap((cause) => (causeName(cause) === cause.text ? [] : [inline(cause.text)]));
  const symptoms = symptomsOf(finding).map(({ words, pairs }) => {
    return `- **${inline(words)}**: ${atMost(pairs, OTHERS).map(inline).join(', ')}`;
  });
  return [
    `#### ${marks[verdict]} ${inline(findingTitle(finding))}`,
    ...texts,
    ...(symptoms.length === 0 ? [] : [atMost(symptoms, OTHERS).join('\n')]),
    `**${inline(placeOf(first))}**`,
    ...detailsOf(first),
    ...(others.length === 0 ? [] : [folded(`the other ${others.length}`, othersText(others))]),
  ].join('\n\n');
}

function othersText(others: Case[]): string {
  return atMost(
    others.map((one) => `- ${inline(caseLine(one))}`),
    OTHERS,
  ).join('\n');
}

function detailsOf({ cell, why, rows, advice }: Case): string[] {
  return [
    ...(rows.length === 0 ? [inline(why)] : rows.map(rowText)),
    ...(advice.length === 0
      ? []
      : [advice.map(({ code, text }) => `- **to do** ${inline(text)} (<code>${inline(code)}</code>)`).join('\n')]),
    ...(cell === undefined ? [] : [comparison(cell), folded('how to reproduce it, and the raw answer', byHand(cell))]),
  ];
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

function byHand({ repro, expected, evidence, wrongAnswer, script, diagnosis }: CellFacts): string {
  return [
    'In the namespaces of the run (they stay with `--keep`):',
    fenced(repro.join('\n'), 'sh'),
    `On a conforming mesh the result is ${inline(expected)}.`,
    ...(script === undefined
      ? []
      : [`To reproduce it from nothing, beside the results: <code>${inline(script)}</code>`]),
    ...(diagnosis === undefined ? [] : [`Its diagnosis, beside the results: <code>${inline(diagnosis)}/</code>`]),
    ...(evidence === undefined
      ? []
      : [wrongAnswer === undefined ? 'The last answer:' : 'The first wrong answer:', fenced(evidence, 'text')]),
  ].join('\n\n');
}
