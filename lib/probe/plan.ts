import { changes } from '../verdict/index.ts';
import { requestsInArrival } from './phases/arrival.ts';
import { requestsInGrace } from './phases/grace.ts';
import { isAsked } from './phases/index.ts';
import { requestsInSample } from './phases/sample.ts';
import { phaseAt, type Schedule, tallyOf } from './schedule.ts';
import { isSlow } from './slow.ts';
import { onceEach, type Round, roundsOf } from './traffic/rounds.ts';
import type { Cell } from './types.ts';

/** How often a batch asks each of a client's cells whose answers matter, by the part of the step that it belongs to. */
const requestsIn = { arrival: requestsInArrival, grace: requestsInGrace, sample: requestsInSample };

/**
 * Returns the next batch of a client.
 * @param heard whether its last batch had a readable answer; if not, this one is small, so that it takes little time
 */
export function plan(schedule: Schedule, cells: Cell[], { at, heard }: { at: number; heard: boolean }): Round[] {
  if (!heard) return [{ cells: onceEach(cells), atOnce: false }];
  const requests = requestsIn[phaseAt(schedule, at)](schedule, cells);
  const hasIndicator = schedule.asking.cells.some(changes);
  // A cell that does not change shows nothing before the sample, except as a control.
  const wanted = (cell: Cell): number => (hasIndicator && !isAsked(schedule, cell) ? 0 : requests(cell));
  return roundsOf(cells, wanted, (cell) => isSafeAtOnce(schedule, cell));
}

/** Returns whether a cell's requests can be made at once: its answers leave no connection open, once it has arrived. */
function isSafeAtOnce(schedule: Schedule, cell: Cell): boolean {
  const { arrivedMs, wrong } = tallyOf(schedule, cell);
  const hasArrived = schedule.phase.name !== 'arrival' || arrivedMs !== undefined;
  return hasArrived && isSlow(cell) && wrong === 0;
}
