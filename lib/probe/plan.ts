import { changes } from './changes.ts';
import { onceEach, type Round, roundsOf } from './control.ts';
import { answersMissing } from './judge.ts';
import { graceAnswersOf, isAskedIn, isSlow, needsGrace, partAt, type Schedule } from './schedule.ts';
import { answersToArrive, type Tally } from './tally.ts';
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
  // A batch of many cells takes long, and until it ends it shows nothing.
  const few = Math.max(1, Math.min(requestsPerBatch, Math.floor(maxRequestsBefore / own.length)));
  const most = Math.max(requestsPerBatch, Math.floor(maxRequestsPerBatch / own.length));
  const wanted = (cell: Cell): number => {
    const tally = schedule.tallies.get(cell) as Tally;
    const { sinceArrival, lastUnread } = tally;
    // If its requests time out, many of them would use up the batch's time, and with it the answers of all other cells.
    if (part === 'sample') {
      const missing = answersMissing(cell, tally, schedule.asking.convergence);
      return lastUnread ? Math.min(1, missing) : Math.min(missing, most);
    }
    // A cell that does not change shows nothing before the sample, except as a control.
    if (witnessed && !isAskedIn(schedule, part, cell)) return 0;
    if (lastUnread) return 1;
    if (part === 'grace') {
      const missing = needsGrace(schedule, cell) ? graceAnswersOf(schedule, cell) - sinceArrival : 0;
      return missing > 0 ? Math.min(missing, most) : few;
    }
    return isSlow(cell) ? 1 : Math.max(few, changes(cell) ? answersToArrive(cell, tally) : 1);
  };
  // Requests made at once are safe here, because these answers leave no connection open.
  const atOnce = (cell: Cell): boolean =>
    part !== 'arrival' && isSlow(cell) && (schedule.tallies.get(cell) as Tally).wrong === 0;
  return roundsOf(own, wanted, atOnce);
}
