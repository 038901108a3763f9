import { createColors } from 'picocolors';
import { columns, duration, meshWords } from '../../../report/index.ts';
import type { Proof, ProofOutcome, TriedSaboteur } from '../types.ts';
import { isRight, outcomeMarks, proofHeadline, whatWords } from './words.ts';

/** A saboteur, as far as the list shows it. */
interface ListedSaboteur {
  name: string;
  title: string;
  suite: string;
  step: string;
  when: string;
  turns: readonly { of: readonly string[]; to: string; because: string }[];
}

/** Returns the catalogue: of each saboteur what it breaks, when and at which step, and what must turn. */
export function saboteurList(saboteurs: readonly ListedSaboteur[]): string {
  const one = ({ name, title, suite, step, when, turns }: ListedSaboteur): string => {
    const must = turns.map(({ of, to, because }) => `  ${whatWords([...of])} must turn ${to}: ${because}`);
    const all = must.length > 0 ? must : ['  nothing may turn'];
    return [`${name}: ${title}`, `  at ${suite} › ${step}, ${momentWords[when] ?? when}`, ...all].join('\n');
  };
  return saboteurs.map(one).join('\n\n');
}

const momentWords: Record<string, string> = {
  'set-up': 'before a run of its own sets up',
  start: 'before the run looks at the mesh',
  between: 'after the checks of set-up, before the step',
  during: 'as soon as the policies of the step are stored',
};

/** Returns one line for a saboteur that was tried, and the differences below it. */
export function triedLine({ name, title, outcome, why, ms }: TriedSaboteur, color: boolean): string {
  const took = duration(ms.break + ms.step + ms.mend);
  const line = `${marked(outcome, color)} ${name}: ${title} (${took})`;
  return [line, ...why.map((one) => `    ${one}`)].join('\n');
}

/**
 * Returns a proof for a terminal: the table of saboteurs, what was not as stated, and the mutation score.
 * @param page the path of the HTML page
 */
export function proofTerminal(proof: Proof, color: boolean, page: string): string {
  const paint = createColors(color);
  const { saboteurs, error } = proof;
  const rows = saboteurs.map((one) => [
    marked(one.outcome, color),
    one.name,
    one.aim,
    turnedWords(one),
    duration(one.ms.break + one.ms.step + one.ms.mend),
  ]);
  const wrong = saboteurs.filter(({ outcome }) => !isRight(outcome));
  return [
    paint.bold(`The mesh broken on purpose: ${meshWords(proof)}`),
    columns(
      [['', 'saboteur', 'step', 'turned', 'time'].map((title) => paint.dim(title)), ...rows],
      (at) => at === 4,
    ).join('\n'),
    ...wrong.map(({ name, title, why }) =>
      [paint.bold(`${name}: ${title}`), ...why.map((one) => `  ${one}`)].join('\n'),
    ),
    ...(error === undefined ? [] : [paint.red(`Ended early: ${error}`)]),
    `${saboteurs.length} tried in ${duration(proof.ms)}\nreport: ${page}\n${proofHeadline(proof)}`,
  ].join('\n\n');
}

function turnedWords({ turned }: TriedSaboteur): string {
  if (turned.length === 0) return 'nothing';
  const byVerdict = Map.groupBy(turned, ({ verdict }) => verdict);
  return [...byVerdict].map(([verdict, some]) => `${some.length} ${verdict}`).join(', ');
}

function marked(outcome: ProofOutcome, color: boolean): string {
  const paint = createColors(color);
  const tint = isRight(outcome) ? paint.green : paint.red;
  return tint(`${outcomeMarks[outcome]} ${outcome.padEnd(9)}`);
}
