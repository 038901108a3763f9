import { changes, changesUnseen } from '../../verdict/index.ts';
import { type Schedule, tallyOf } from '../schedule.ts';
import { isSlow } from '../slow.ts';
import type { Cell } from '../types.ts';
import { answersToArrive } from './answers-to-arrive.ts';
import { fewOf } from './batch.ts';
import { graceAnswersMissing, graceFrom } from './grace.ts';
import type { ArrivalPhase, GracePhase } from './phase.ts';

// The first phase lasts until every cell that the step changes was observed changed.

/** Returns what follows: the grace if all cells have changed or the time is up, else a later stage of the arrival. */
export function afterArrival(
  schedule: Schedule,
  phase: ArrivalPhase,
  now: number,
): ArrivalPhase | GracePhase | undefined {
  if (phase.scout !== undefined && isDone(schedule, phase.scout, now)) return { ...phase, scout: undefined };
  const { appliedAt, convergence } = schedule.asking;
  const changing = schedule.asking.cells.filter(changes);
  const lacking = changing.filter((cell) => tallyOf(schedule, cell).arrivedMs === undefined);
  const waited = changing.length > 0 || now - appliedAt >= convergence.minObservationMs;
  if ((lacking.length === 0 && waited) || now >= arrivalLimit(schedule)) return graceFrom(schedule, phase, now);
  const readsEarly = schedule.strategy.readsHalfway && 2 * lacking.length < changing.length;
  return readsEarly && !phase.readsEarly ? { ...phase, readsEarly } : undefined;
}

/** Returns whether the other cells need not wait for the scout any more. */
function isDone(schedule: Schedule, scout: Cell, now: number): boolean {
  const { appliedAt, convergence } = schedule.asking;
  const { arrivedMs, lastUnread } = tallyOf(schedule, scout);
  return arrivedMs !== undefined || lastUnread || now - appliedAt >= convergence.arrivalMs / 2;
}

/** Returns when its time is up. */
export function arrivalLimit({ asking }: Schedule): number {
  return asking.appliedAt + asking.convergence.arrivalMs;
}

/** Returns whether a cell's answers matter, where the step changes some cell. */
export function isAskedInArrival(schedule: Schedule, { scout }: ArrivalPhase, cell: Cell): boolean {
  if (scout !== undefined) return cell === scout;
  const isNeeded = !schedule.strategy.asksOnlyNeeded || tallyOf(schedule, cell).arrivedMs === undefined;
  return changesUnseen(cell) || (changes(cell) && isNeeded);
}

/** Returns how often to ask each of a client's cells in a batch. */
export function requestsInArrival(schedule: Schedule, cells: Cell[]): (cell: Cell) => number {
  const few = fewOf(schedule, cells);
  return (cell) => {
    const tally = tallyOf(schedule, cell);
    if (tally.lastUnread) return 1;
    if (tally.arrivedMs === undefined) {
      return isSlow(cell) ? 1 : Math.max(few, changes(cell) ? answersToArrive(cell, tally) : 1);
    }
    const missing = graceAnswersMissing(schedule, cell);
    return missing > 0 ? Math.min(missing, schedule.asking.convergence.requestsPerBatch) : few;
  };
}
