import type { Schedule } from '../schedule.ts';
import type { Cell } from '../types.ts';
import { afterArrival, arrivalLimit, isAskedInArrival } from './arrival.ts';
import { afterConnections, connectionsLimit, isAskedInConnections } from './connections.ts';
import { afterGrace, graceLimit, isAskedInGrace } from './grace.ts';
import type { Phase } from './phase.ts';
import { sampleLimit } from './sample.ts';

// What each phase knows of itself, for the phase in which a schedule is.

/** Returns the phase that follows if the current one is over, or a later stage of it; undefined if neither is there yet. */
export function phaseAfter(schedule: Schedule, now: number): Phase | undefined {
  const { phase } = schedule;
  switch (phase.name) {
    case 'arrival':
      return afterArrival(schedule, phase, now);
    case 'grace':
      return afterGrace(schedule, phase, now);
    case 'connections':
      return afterConnections(schedule, phase, now);
    case 'sample':
      return undefined;
  }
}

/** Returns when the time of the current phase is up. */
export function limitOf(schedule: Schedule): number {
  const { phase } = schedule;
  switch (phase.name) {
    case 'arrival':
      return arrivalLimit(schedule);
    case 'grace':
      return graceLimit(schedule, phase);
    case 'connections':
      return connectionsLimit(schedule, phase);
    case 'sample':
      return sampleLimit(schedule, phase);
  }
}

/** Returns whether a cell's answers matter in the current phase, where the step changes some cell. */
export function isAsked(schedule: Schedule, cell: Cell): boolean {
  const { phase } = schedule;
  switch (phase.name) {
    case 'arrival':
      return isAskedInArrival(schedule, phase, cell);
    case 'grace':
      return isAskedInGrace(schedule, cell);
    case 'connections':
      return isAskedInConnections(schedule, phase, cell);
    case 'sample':
      return true;
  }
}
