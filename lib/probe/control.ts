import { wayOf } from './ask.ts';
import { observationOf } from './read.ts';
import type { Answer, Cell, Observation } from './types.ts';

/** One answer of a batch. */
export interface BatchAnswer {
  cell: Cell;
  answer: Answer;
  /** It was one of many asked at once, whose bodies are not kept. */
  atOnce: boolean;
}

/**
 * Returns what each answer of one batch shows. A refusal counts only if a positive control passed around it: the same client
 * was answered 200 both before and after, in the same batch. Otherwise the client, its name service or its exec may be what
 * failed, and the harness could not tell.
 * @param pods the workload of each pod that may answer, by the pod's name
 */
export function observationsOf(batch: BatchAnswer[], pods: ReadonlyMap<string, string>): Observation[] {
  const answered = batch.map(({ answer, atOnce }) => !atOnce && isAnswer(answer));
  const first = answered.indexOf(true);
  const last = answered.lastIndexOf(true);
  return batch.map(({ cell, answer, atOnce }, at) => {
    if (atOnce && isAnswer(answer)) return { kind: 'other', status: 200 };
    const observation = observationOf(answer, cell.protocol, { pods });
    if (observation.kind !== 'refused' && observation.kind !== 'unavailable') return observation;
    if (first !== -1 && first < at && at < last) return observation;
    const what = observation.kind === 'refused' ? `curl exit ${observation.curlExit}` : '503';
    return {
      kind: 'not-observed',
      why: `${what}, but nothing answered ${cell.client} before and after: no positive control`,
    };
  });
}

function isAnswer({ status, curlExit, grpcStatus }: Answer): boolean {
  return status === 200 && curlExit === 0 && grpcStatus === undefined;
}

/** Returns whether the model expects nothing but answers of a cell. */
export function answering({ expectation }: Cell): boolean {
  return expectation.outcomes.every(({ outcome }) => outcome.kind === 'mtls' || outcome.kind === 'plain');
}

/** What one client asks in one batch: cells in turn, or one cell many times at once. */
export interface Round {
  cells: Cell[];
  atOnce: boolean;
}

/**
 * Returns what a client asks in one batch: each cell as often as wanted, those that one curl process can ask in turn, and at both ends servers
 * that the model expects to answer, so that every refusal in between has its control; two where there are, so that one
 * which fails does not hide what the others do.
 * @param times how often to ask each cell
 * @param atOnce cells whose requests are made at once: their answers take long, and leave no connection open
 */
export function roundsOf(cells: Cell[], times: (cell: Cell) => number, atOnce: (cell: Cell) => boolean): Round[] {
  const controls = cells.filter(answering).slice(0, 2);
  const together = cells.filter((cell) => atOnce(cell) && times(cell) > 1);
  const inTurn = cells.filter((cell) => !together.includes(cell));
  const most = Math.max(0, ...inTurn.map(times));
  const turns = [...Map.groupBy(inTurn, wayOf).values()].flatMap((own) =>
    Array.from({ length: most }, (_, nth) => own.filter((cell) => nth < times(cell))).flat(),
  );
  const rounds: Round[] =
    together.length === 0
      ? [{ cells: [...controls, ...turns, ...controls], atOnce: false }]
      : [
          { cells: [...controls, ...turns], atOnce: false },
          ...together.map((cell) => ({ cells: Array.from({ length: times(cell) }, () => cell), atOnce: true })),
          { cells: controls, atOnce: false },
        ];
  return rounds.filter((round) => round.cells.length > 0);
}
