import type { Reason } from '../../model/index.ts';
import { type CheckRow, pairWords, placeWords } from '../../results/index.ts';
import { type Case, type CellFacts, placeOf } from './cases.ts';

/** Returns the text for several cells that were not tested for the same reason: the reason and a list of the cells. */
export function untestedText(cases: Case[]): string {
  const [first] = cases;
  const steps = Map.groupBy(cases, ({ suite, step }) => placeWords({ suite, step }));
  const lines = [...steps].map(
    ([place, own]) =>
      `    ${place}: ${own
        .flatMap(({ cell }) => cell ?? [])
        .map(pairWords)
        .join(', ')}`,
  );
  return [`INCONCLUSIVE ${cases.length} pairs were not tested`, ...indented(first?.why ?? '', 2), ...lines].join('\n');
}

/** Returns the text in brackets after a reason. */
type Cite = (reason: Reason) => string;

interface Details {
  /** Returns the text in brackets after each reason; by default the rule's name. */
  cite?: Cite;
  /** The folder of the results, with a slash at its end; empty if it is not known. */
  folder?: string | undefined;
  /** How many other cases belong to the same finding. */
  alike?: number;
}

/**
 * Returns the details of a case that did not pass: what was expected and why, what was observed, what likely caused it,
 * and how to reproduce it.
 */
export function failureText(one: Case, { cite = ({ rule }) => rule, folder = '', alike = 0 }: Details = {}): string {
  const likely = one.causes.filter(({ effect }) => effect === 'cause');
  return [
    `${one.verdict.toUpperCase()} ${placeOf(one)}${alike === 0 ? '' : `, an example of ${alike + 1}`}`,
    ...likely.map(({ text }) => `  likely cause: ${text}`),
    ...(one.rows.length === 0 ? indented(one.why, 2) : []),
    ...one.rows.flatMap((row) => rowLines(row, cite)),
    ...(one.cell === undefined
      ? []
      : [...expectedLines(one.cell, cite), ...seenLines(one.cell), ...noteLines(one.cell)]),
    ...one.advice.map(({ code, text }) => `  to do     ${text} [${code}]`),
    ...(one.cell === undefined ? [] : repro(one.cell, folder)),
  ].join('\n');
}

function rowLines({ client, server, expected, observed, why = '', reasons }: CheckRow, cite: Cite): string[] {
  return [
    `  ${client} → ${server}`,
    `    expected  ${expected}`,
    ...reasons.map((reason) => `              because ${reason.text} [${cite(reason)}]`),
    `    observed  ${observed}`,
    ...(why.startsWith(observed) ? [] : [`    ${why}`]),
  ];
}

function expectedLines({ expected, reasons }: CellFacts, cite: Cite): string[] {
  return [
    `  expected  ${expected}`,
    ...reasons.map((reason) => `            because ${reason.text} [${cite(reason)}]`),
  ];
}

function seenLines({ seen, evidence }: CellFacts): string[] {
  const [first = 'nothing', ...more] = seen;
  return [
    `  observed  ${first}`,
    ...more.map((one) => `            ${one}`),
    ...(evidence === undefined ? [] : [`  evidence  ${evidence}`]),
  ];
}

function noteLines({ notes }: CellFacts): string[] {
  return notes.map((note) => `  note      ${note}`);
}

function repro({ repro, expected, script, diagnosis }: CellFacts, folder: string): string[] {
  return [
    '  to reproduce, in the namespaces of the run (they stay with --keep)',
    ...repro.flatMap((command) => indented(command, 4)),
    `  On a conforming mesh the result is ${expected}.`,
    ...(script === undefined ? [] : [`  to reproduce it from nothing: sh ${folder}${script}`]),
    ...(diagnosis === undefined ? [] : [`  diagnosis: ${folder}${diagnosis}/`]),
  ];
}

/** Returns the lines of a text, indented by a number of spaces. */
export function indented(text: string, by: number): string[] {
  return text.split('\n').map((line) => ' '.repeat(by) + line);
}
