import { counted } from '../../../verdict/index.ts';
import type { Proof, ProofOutcome } from '../types.ts';

/** A mark for each outcome that needs no colour. */
export const outcomeMarks: Record<ProofOutcome, string> = {
  killed: '✓',
  withstood: '✓',
  survived: '✗',
  false: '✗',
};

/** The legend: each outcome and its meaning. */
export const outcomeWords: [ProofOutcome, string][] = [
  ['killed', 'exactly what had to turn turned, for the stated reason'],
  ['withstood', 'a disturbance that a conforming mesh may have: nothing turned'],
  ['survived', 'the mesh was broken, but what had to turn stayed green'],
  ['false', 'something else turned, or for another reason'],
];

/** Returns whether an outcome is as it must be. */
export function isRight(outcome: ProofOutcome): boolean {
  return outcome === 'killed' || outcome === 'withstood';
}

/** Returns the mutation score, such as `100 %`; it is never rounded up to 100. */
export function scoreWords({ score }: Proof['summary']): string {
  return score === undefined ? 'none' : `${Math.floor(score * 100)} %`;
}

/** Returns what was found, in one sentence. */
export function proofHeadline({ summary, error }: Proof): string {
  const { killed, survived, withstood } = summary;
  const harmful = killed + survived + summary.false;
  const rest = [
    ...(survived > 0 ? [`${survived} survived`] : []),
    ...(summary.false > 0 ? [`${summary.false} false`] : []),
    ...(withstood > 0 ? [`${counted(withstood, 'disturbance')} withstood`] : []),
    ...(error === undefined ? [] : ['ended early']),
  ];
  const score = `mutation score ${scoreWords(summary)}: ${killed} of ${counted(harmful, 'saboteur')} killed`;
  return [score, ...rest].join(', ');
}

/** Returns what an expectation or an observation is about, with all pairs in two words. */
export function whatWords(of: string[]): string {
  return of.length === ALL_PAIRS && of.every((one) => one.includes('→')) ? 'every pair' : of.join(', ');
}

/** The number of pairs of the topology that saboteurs break. */
const ALL_PAIRS = 6;
