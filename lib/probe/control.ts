import { sightOf } from './read.ts';
import type { Answer, Cell, Sight } from './types.ts';

/**
 * Returns what each answer of one go shows. A refusal counts only if a positive control passed around it: another server
 * answered the same client 200 both before and after, in the same go. Otherwise the client, its name service or its exec
 * may be what failed, and the harness could not tell.
 */
export function sightsOf(go: { cell: Cell; answer: Answer }[]): Sight[] {
  const answered = (part: typeof go, cell: Cell): boolean =>
    part.some((other) => other.cell.url !== cell.url && other.answer.status === 200);
  return go.map(({ cell, answer }, at) => {
    const sight = sightOf(answer);
    if (sight.kind !== 'refused' && sight.kind !== 'unavailable') return sight;
    if (answered(go.slice(0, at), cell) && answered(go.slice(at + 1), cell)) return sight;
    const what = sight.kind === 'refused' ? `curl exit ${sight.curlExit}` : '503';
    return {
      kind: 'unseen',
      why: `${what}, but no other server answered ${cell.client} before and after: no positive control`,
    };
  });
}

/**
 * Returns the cells of one client in the order in which a go asks them: each `times` times in turn, and at both ends
 * a server that the model expects to answer, so that every refusal in between has its control.
 */
export function orderOf(cells: Cell[], times: number): Cell[] {
  const answering = ({ expectation }: Cell): boolean =>
    expectation.outcomes.every(({ outcome }) => outcome.kind === 'mtls' || outcome.kind === 'plain');
  const turn = [...cells].sort((a, b) => Number(answering(b)) - Number(answering(a)));
  const first = turn[0];
  if (first === undefined) return [];
  return [...Array.from({ length: times }, () => turn).flat(), first];
}
