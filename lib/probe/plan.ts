import { changes } from '../verdict/judge/answers/changes.ts';
import { answersMissing } from '../verdict/judge/answers/decide.ts';
import { answersToArrive } from './arrival.ts';
import { graceAnswersOf, hasArrived, isAskedIn, needsGrace } from './needed.ts';
import { onceEach, type Round, roundsOf } from './rounds.ts';
import { isSlow, partAt, type Schedule, tallyOf } from './schedule.ts';
import type { Cell } from './types.ts';

/**
 * Returns the next batch of a client.
 * @param heard whether its last batch had a readable answer; if not, this one is small, so that it takes little time
 */
export function plan(schedule: Schedule, own: Cell[], { at, heard }: { at: number; heard: boolean }): Round[] {
  if (!heard) return [{ cells: onceEach(own), atOnce: false }];
  const part = partAt(schedule, at);
  const { requestsPerBatch, maxRequestsBefore, maxRequestsPerBatch } = schedule.asking.convergence;
  const witnessed = schedule.asking.cells.some(changes);
  const each = (requests: number, cells: Cell[]): number => Math.floor(requests / Math.max(1, cells.length));
  // A batch of many requests takes long, and until it ends it shows nothing.
  const few = Math.max(1, Math.min(requestsPerBatch, each(maxRequestsBefore, own)));
  const many = part === 'sample' ? own : own.filter((cell) => needsGrace(schedule, cell));
  const most = part === 'arrival' ? requestsPerBatch : Math.max(requestsPerBatch, each(maxRequestsPerBatch, many));
  const wanted = (cell: Cell): number => {
    const tally = tallyOf(schedule, cell);
    // If its requests time out, many of them would use up the batch's time, and with it the answers of all other cells.
    if (part === 'sample') {
      const missing = answersMissing(cell, tally, schedule.asking.convergence);
      return tally.lastUnread ? Math.min(1, missing) : Math.min(missing, most);
    }
    // A cell that does not change shows nothing before the sample, except as a control.
    if (witnessed && !isAskedIn(schedule, part, cell)) return 0;
    if (tally.lastUnread) return 1;
    if (hasArrived(schedule, cell)) {
      const missing = needsGrace(schedule, cell) ? graceAnswersOf(schedule, cell) - tally.sinceArrival : 0;
      return missing > 0 ? Math.min(missing, most) : few;
    }
    return isSlow(cell) ? 1 : Math.max(few, changes(cell) ? answersToArrive(cell, tally) : 1);
  };
  // Requests made at once are safe here, because these answers leave no connection open.
  const atOnce = (cell: Cell): boolean =>
    hasArrived(schedule, cell) && isSlow(cell) && tallyOf(schedule, cell).wrong === 0;
  return roundsOf(own, wanted, atOnce);
}
