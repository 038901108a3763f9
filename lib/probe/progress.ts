import { changes } from '../verdict/index.ts';
import { isAsked, phaseAfter } from './phases/index.ts';
import type { Phase } from './phases/phase.ts';
import type { Schedule } from './schedule.ts';
import type { Cell } from './types.ts';

// How a schedule moves on from phase to phase.

/** Starts the next phase of the step if the current one is complete or its time is up. */
export function advance(schedule: Schedule, now: number): void {
  for (let next = phaseAfter(schedule, now); next !== undefined; next = phaseAfter(schedule, now)) {
    enter(schedule, next);
  }
}

/** Begins a phase, or a later stage of the current one. */
export function enter(schedule: Schedule, next: Phase): void {
  const { name } = schedule.phase;
  schedule.phase = next;
  if (next.name !== name) schedule.asking.onPhase?.(name);
  wake(schedule);
}

/** Lets clients that have nothing to ask look again whether they do. */
export function wake(schedule: Schedule): void {
  schedule.moved.resolve();
  schedule.moved = Promise.withResolvers();
}

/**
 * Returns whether a client has nothing to ask yet: other clients show the step's arrival, and this client's answers do
 * not count before the sample.
 */
export function isIdle(schedule: Schedule, client: string, cells: Cell[]): boolean {
  if (client === schedule.reader && schedule.phase.name === 'connections') return false;
  return schedule.asking.cells.some(changes) && !cells.some((cell) => isAsked(schedule, cell));
}
