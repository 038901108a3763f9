import { notObserved, type Observation } from '../verdict/observation.ts';
import { wayOf } from './ask.ts';
import { podOf } from './protocols/server-answer.ts';
import { usual } from './rare.ts';
import { observationOf } from './read.ts';
import type { Answer, Cell } from './types.ts';

/** One answer of a batch. */
export interface BatchAnswer {
  cell: Cell;
  answer: Answer;
  /** Whether it was one of many requests made at once, whose bodies are discarded. */
  atOnce: boolean;
}

/**
 * Returns the observation of each answer in a batch. A refusal counts only with positive controls: the same client got
 * a 200 both before and after it in the same batch. Otherwise the client, its DNS or its exec may have failed, and the
 * harness cannot tell.
 * @param pods the workload of each pod that may answer, by pod name
 */
export function observationsOf(batch: BatchAnswer[], pods: ReadonlyMap<string, string>): Observation[] {
  const answered = batch.map(({ answer, atOnce }) => !atOnce && isAnswer(answer));
  const first = answered.indexOf(true);
  const last = answered.lastIndexOf(true);
  return batch.map(({ cell, answer, atOnce }, at) => {
    if (isElsewhere(cell, answer)) {
      return notObserved({ code: 'asked-elsewhere', address: answer.address ?? '' });
    }
    if (atOnce && isAnswer(answer)) return { kind: 'other', status: 200 };
    const observation = strayed(cell, observationOf(answer, cell.protocol, { pods }), podOf(answer.body), pods);
    if (observation.kind !== 'refused' && observation.kind !== 'unavailable') return observation;
    if (first !== -1 && first < at && at < last) return observation;
    const got = observation.kind === 'refused' ? `curl exit ${observation.curlExit}` : '503';
    return notObserved({ code: 'no-control', client: cell.client, got });
  });
}

function isElsewhere({ addresses }: Cell, { address }: Answer): boolean {
  return addresses !== undefined && address !== undefined && !addresses.has(address);
}

/**
 * Returns the observation; if the answer shows which pod gave it, and the model expects no such answer of that pod's
 * workload, then with the workload. A pod that is none of the server's makes it one that was not observed.
 */
function strayed(
  { expectation, before }: Cell,
  observation: Observation,
  pod: string | undefined,
  pods: ReadonlyMap<string, string>,
): Observation {
  if (pod === undefined || (observation.kind !== 'mtls' && observation.kind !== 'plain')) return observation;
  const workload = pods.get(pod);
  if (workload === undefined) return notObserved({ code: 'strange-pod', podName: pod });
  const outcomes = [...expectation.outcomes, ...(before?.outcomes ?? [])];
  const isExpected = outcomes.some(({ outcome, endpoints }) => {
    return outcome.kind === observation.kind && endpoints.includes(workload);
  });
  return isExpected ? observation : { ...observation, strayed: workload };
}

function isAnswer({ status, curlExit, grpcStatus }: Answer): boolean {
  return status === 200 && curlExit === 0 && grpcStatus === undefined;
}

/** Returns whether the model expects only 200s for a cell, but for a rare outcome, and is certain. */
export function answering({ expectation }: Cell): boolean {
  if (expectation.notJudged !== undefined) return false;
  return usual(expectation.outcomes).every(({ outcome }) => outcome.kind === 'mtls' || outcome.kind === 'plain');
}

/** Returns whether the model expects that no server answers a cell, and is certain. */
export function isUnanswered({ expectation }: Cell): boolean {
  if (expectation.notJudged !== undefined) return false;
  return expectation.outcomes.every(({ outcome }) => outcome.kind !== 'mtls' && outcome.kind !== 'plain');
}

/** A part of a client's batch: requests of several cells, in turn or all at once. */
export interface Round {
  cells: Cell[];
  atOnce: boolean;
}

/** Returns the cells that serve as controls: two if possible, so that a failing one does not hide the others' results. */
function controlsAmong(cells: Cell[]): Cell[] {
  return cells.filter(answering).slice(0, 2);
}

/** Returns every cell once, with controls at both ends: the same one twice if there is no other. */
export function onceEach(cells: Cell[]): Cell[] {
  const [first, last = first] = controlsAmong(cells);
  if (first === undefined || last === undefined) return cells;
  return [first, ...cells.filter((cell) => cell !== first && cell !== last), last];
}

/**
 * Returns the rounds of a client's batch. It starts and ends with controls, cells that the model expects to answer, so that
 * every refusal has a control on both sides.
 * @param times how often to ask each cell
 * @param atOnce whether to make a cell's requests at once with others: its answers are slow and leave no connection open
 */
export function roundsOf(cells: Cell[], times: (cell: Cell) => number, atOnce: (cell: Cell) => boolean): Round[] {
  const controls = controlsAmong(cells);
  const slow = inTurn(cells.filter(atOnce), times);
  const others = slow.length > 1 ? cells.filter((cell) => !atOnce(cell)) : cells;
  const turns = inTurn(others, times);
  const rounds: Round[] =
    slow.length > 1
      ? [
          { cells: [...controls, ...turns], atOnce: false },
          { cells: slow, atOnce: true },
          { cells: controls, atOnce: false },
        ]
      : [{ cells: [...controls, ...turns, ...controls], atOnce: false }];
  return rounds.filter((round) => round.cells.length > 0);
}

/** Returns each cell as often as it is to be asked. Those that curl asks with the same options take turns. */
function inTurn(cells: Cell[], times: (cell: Cell) => number): Cell[] {
  const most = Math.max(0, ...cells.map(times));
  return [...Map.groupBy(cells, wayOf).values()].flatMap((own) =>
    Array.from({ length: most }, (_, nth) => own.filter((cell) => nth < times(cell))).flat(),
  );
}
