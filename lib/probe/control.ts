import { sightOf } from './read.ts';
import type { Answer, Cell, Sight } from './types.ts';

/**
 * Returns what each answer of one go shows. A refusal counts only if a positive control passed around it: the same client
 * was answered 200 both before and after, in the same go. Otherwise the client, its name service or its exec may be what
 * failed, and the harness could not tell.
 */
export function sightsOf(go: { cell: Cell; answer: Answer }[]): Sight[] {
  const answered = go.map(({ answer }) => answer.status === 200 && answer.curlExit === 0);
  const first = answered.indexOf(true);
  const last = answered.lastIndexOf(true);
  return go.map(({ cell, answer }, at) => {
    const sight = sightOf(answer);
    if (sight.kind !== 'refused' && sight.kind !== 'unavailable') return sight;
    if (first !== -1 && first < at && at < last) return sight;
    const what = sight.kind === 'refused' ? `curl exit ${sight.curlExit}` : '503';
    return {
      kind: 'unseen',
      why: `${what}, but nothing answered ${cell.client} before and after: no positive control`,
    };
  });
}

/** Returns whether the model expects nothing but answers of a cell. */
export function answering({ expectation }: Cell): boolean {
  return expectation.outcomes.every(({ outcome }) => outcome.kind === 'mtls' || outcome.kind === 'plain');
}

/**
 * Returns the cells of one client in the order in which a go asks them: each `times` times in turn, and at both ends
 * servers that the model expects to answer, so that every refusal in between has its control; two where there are,
 * so that one which fails does not hide what the others do.
 */
export function orderOf(cells: Cell[], times: number): Cell[] {
  const turn = [...cells].sort((a, b) => Number(answering(b)) - Number(answering(a)));
  return [...Array.from({ length: times }, () => turn).flat(), ...turn.filter(answering).slice(0, 2)];
}
