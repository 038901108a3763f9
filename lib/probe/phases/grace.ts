import { changes, changesUnseen } from '../../verdict/index.ts';
import { protocols } from '../protocols/index.ts';
import { type Schedule, tallyOf } from '../schedule.ts';
import type { Cell } from '../types.ts';
import { fewOf, mostOf } from './batch.ts';
import type { ArrivalPhase, ConnectionsPhase, GracePhase } from './phase.ts';

// The second phase lasts until answers that do not count have used up the connections that sidecars had pooled.

/** Returns the grace of a step that has arrived. */
export function graceFrom({ strategy, tallies }: Schedule, { readings }: ArrivalPhase, now: number): GracePhase {
  if (strategy.countsFromArrival) for (const tally of tallies.values()) tally.sinceArrival = 0;
  return { name: 'grace', arrivedAt: now, readings };
}

/** Returns what follows if pooled connections are used up and no answer was wrong for long enough, or the time is up. */
export function afterGrace(schedule: Schedule, phase: GracePhase, now: number): ConnectionsPhase | undefined {
  const { appliedAt, cells, convergence } = schedule.asking;
  const isUsedUp = cells.every((cell) => graceAnswersMissing(schedule, cell) === 0);
  // If the step has not arrived by now, there is no reason to wait for old connections.
  const isLate = now - appliedAt >= convergence.arrivalMs || now >= graceLimit(schedule, phase);
  if (!isLate && !(isUsedUp && isQuiet(schedule, now))) return undefined;
  return { name: 'connections', gracedAt: now, readings: phase.readings, reading: undefined };
}

/** Returns whether no answer was wrong for as long as the step took to get there, if the strategy waits for that. */
function isQuiet(schedule: Schedule, now: number): boolean {
  const { appliedAt, cells } = schedule.asking;
  if (!schedule.strategy.staysQuiet) return true;
  const took = cells.filter(changes).map((cell) => {
    const { lastWrongMs, firstRightMs = 0 } = tallyOf(schedule, cell);
    return lastWrongMs ?? firstRightMs;
  });
  return now - appliedAt >= 2 * Math.max(0, ...took);
}

/** Returns when its time is up. */
export function graceLimit({ asking }: Schedule, { arrivedAt }: GracePhase): number {
  return arrivedAt + asking.convergence.graceMs;
}

/** Returns whether a cell's answers matter, where the step changes some cell. */
export function isAskedInGrace(schedule: Schedule, cell: Cell): boolean {
  if (changesUnseen(cell)) return true;
  if (schedule.strategy.asksOnlyNeeded) return graceAnswersMissing(schedule, cell) > 0;
  return changes(cell) || needsGrace(schedule, cell);
}

/** Returns how often to ask each of a client's cells in a batch. */
export function requestsInGrace(schedule: Schedule, cells: Cell[]): (cell: Cell) => number {
  const few = fewOf(schedule, cells);
  const pooled = cells.filter((cell) => needsGrace(schedule, cell));
  const most = mostOf(schedule, pooled);
  return (cell) => {
    if (tallyOf(schedule, cell).lastUnread) return 1;
    const missing = graceAnswersMissing(schedule, cell);
    return missing > 0 ? Math.min(missing, most) : few;
  };
}

/** Returns how many more answers of a cell it takes to use up what the client's sidecar has pooled for it. */
export function graceAnswersMissing(schedule: Schedule, cell: Cell): number {
  if (!needsGrace(schedule, cell)) return 0;
  const { graceAnswers } = schedule.asking.convergence;
  const wanted = cell.oneWorker ? Math.min(ONE_POOL, graceAnswers) : graceAnswers;
  return Math.max(0, wanted - tallyOf(schedule, cell).sinceArrival);
}

/** The requests of a client come one after the other, so a pool has one connection, or two for a moment. */
const ONE_POOL = 4;

/**
 * Returns whether it takes a cell's answers to use up connections that were pooled under other rules. Sidecars pool none
 * for the protocols that they pass on as bytes. Of a pair that was asked right before the step, the server's counters may
 * show by themselves whether any is open.
 */
export function needsGrace({ shown }: Schedule, cell: Cell): boolean {
  if (protocols[cell.protocol].passedOn) return false;
  return cell.stale === true || (changes(cell) && !(cell.sidecar && shown.has(cell.server)));
}
