import { answersMissing, isSampled } from '../../verdict/index.ts';
import { type Schedule, tallyOf } from '../schedule.ts';
import type { Cell } from '../types.ts';
import { mostOf } from './batch.ts';
import type { SamplePhase } from './phase.ts';

// The last phase lasts, for each client by itself, until its cells have the answers that count.

/** Returns whether a client's cells have all the answers they need, or will not get more in time. */
export function sampleIsOver(schedule: Schedule, client: string, cells: Cell[], now: number): boolean {
  const { phase, asking } = schedule;
  if (phase.name !== 'sample') return false;
  const silentFor = now - Math.max(phase.from, schedule.heardAt.get(client) ?? 0);
  return (
    now >= sampleLimit(schedule, phase) ||
    silentFor >= asking.convergence.silentMs ||
    cells.every((cell) => isSampled(cell, tallyOf(schedule, cell), asking.convergence))
  );
}

/** Returns when its time is up. */
export function sampleLimit({ asking }: Schedule, { from }: SamplePhase): number {
  return from + asking.convergence.sampleMs;
}

/** Returns how often to ask each of a client's cells in a batch. */
export function requestsInSample(schedule: Schedule, cells: Cell[]): (cell: Cell) => number {
  const most = mostOf(schedule, cells);
  return (cell) => {
    const tally = tallyOf(schedule, cell);
    const missing = answersMissing(cell, tally, schedule.asking.convergence);
    // If its requests time out, many of them would use up the batch's time, and with it the answers of all other cells.
    return Math.min(missing, tally.lastUnread ? 1 : most);
  };
}
