import { answering } from '../../verdict/index.ts';
import type { Cell } from '../types.ts';
import { wayOf } from './ask.ts';

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
  return [...Map.groupBy(cells, wayOf).values()].flatMap((alike) =>
    Array.from({ length: most }, (_, nth) => alike.filter((cell) => nth < times(cell))).flat(),
  );
}
