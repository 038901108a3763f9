import type { Reason } from '../model/types.ts';
import { pairWords, placeWords } from '../results/place.ts';
import { type Case, type CellFacts, placeOf } from './cases.ts';

/** Returns the same of several that were not asked for one and the same reason: that reason, and which they are. */
export function unaskedText(group: Case[]): string {
  const [first] = group;
  const steps = Map.groupBy(group, ({ suite, step }) => placeWords({ suite, step }));
  const lines = [...steps].map(
    ([place, own]) =>
      `    ${place}: ${own
        .flatMap(({ cell }) => cell ?? [])
        .map(pairWords)
        .join(', ')}`,
  );
  return [`INCONCLUSIVE ${group.length} pairs were not asked`, ...indented(first?.why ?? '', 2), ...lines].join('\n');
}

/**
 * Returns of a case that did not pass what was expected and why, what was seen, and how to see it oneself.
 * @param cite what stands in brackets after each reason; the rule's name where it is left out
 */
export function failureText(one: Case, cite: (reason: Reason) => string = ({ rule }) => rule): string {
  return [
    `${one.verdict.toUpperCase()} ${placeOf(one)}`,
    ...indented(one.why, 2),
    ...(one.cell === undefined
      ? []
      : [...expectedLines(one.cell, cite), ...seenLines(one.cell), ...noteLines(one.cell), ...repro(one.cell)]),
  ].join('\n');
}

function expectedLines({ expected, reasons }: CellFacts, cite: (reason: Reason) => string): string[] {
  return [
    `  expected  ${expected}`,
    ...reasons.map((reason) => `            because ${reason.text} [${cite(reason)}]`),
  ];
}

function seenLines({ seen, evidence }: CellFacts): string[] {
  const [first = 'nothing', ...more] = seen;
  return [
    `  seen      ${first}`,
    ...more.map((one) => `            ${one}`),
    ...(evidence === undefined ? [] : [`  evidence  ${evidence}`]),
  ];
}

function noteLines({ notes }: CellFacts): string[] {
  return notes.map((note) => `  noted     ${note}`);
}

function repro({ repro, expected }: CellFacts): string[] {
  return [
    '  to see it yourself, in the namespaces of the run, which stay with --keep',
    ...repro.flatMap((command) => indented(command, 4)),
    `  On a mesh that conforms it comes to ${expected}.`,
  ];
}

/** Returns the lines of a text, each so many spaces further in. */
export function indented(text: string, by: number): string[] {
  return text.split('\n').map((line) => ' '.repeat(by) + line);
}
