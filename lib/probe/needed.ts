import { changes, changesUnseen } from '../verdict/judge/answers/changes.ts';
import { protocols } from './protocols/index.ts';
import { isSparing, type Schedule, tallyOf } from './schedule.ts';
import type { Cell } from './types.ts';

// Which cells' answers matter before the sample.

/** Returns whether the step has arrived as a whole, or at this cell. */
export function hasArrived(schedule: Schedule, cell: Cell): boolean {
  return schedule.arrivedAt !== undefined || tallyOf(schedule, cell).arrivedMs !== undefined;
}

/** Returns whether a cell's answers matter in a part before the sample, where the step changes some cell. */
export function isAskedIn(schedule: Schedule, part: 'arrival' | 'grace', cell: Cell): boolean {
  if (part === 'arrival' && schedule.scout !== undefined) return cell === schedule.scout;
  if (isSparing(schedule.asking) && !changesUnseen(cell)) return isNeededIn(schedule, part, cell);
  return stirs(cell) || (part === 'grace' && needsGrace(schedule, cell));
}

/** Returns whether a part cannot end without more answers of a cell. */
function isNeededIn(schedule: Schedule, part: 'arrival' | 'grace', cell: Cell): boolean {
  const { arrivedMs, sinceArrival } = tallyOf(schedule, cell);
  if (part === 'arrival') return changes(cell) && arrivedMs === undefined;
  // Connections of the old kind that the counters still show end only when they are used.
  if (schedule.reading !== undefined) return changes(cell) || needsGrace(schedule, cell);
  return needsGrace(schedule, cell) && sinceArrival < graceAnswersOf(schedule, cell);
}

/** Returns how many answers use up what the client's sidecar has pooled for a cell. */
export function graceAnswersOf({ asking }: Schedule, { oneWorker = false }: Cell): number {
  const { graceAnswers } = asking.convergence;
  return oneWorker ? Math.min(ONE_POOL, graceAnswers) : graceAnswers;
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

/** Returns whether the step changes a cell, even if only counters can show it. */
function stirs(cell: Cell): boolean {
  return changes(cell) || changesUnseen(cell);
}
