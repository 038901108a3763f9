import { changes } from './changes.ts';
import { isSampled } from './judge.ts';
import { graceAnswersOf, isAskedIn, needsGrace } from './needed.ts';
import { isSparing, limitOf, type Schedule, tallyOf } from './schedule.ts';
import type { AskedPart, Cell } from './types.ts';

// How a schedule moves on from part to part.

/** Starts the next part of the step if the current one is complete or its time is up. */
export function advance(schedule: Schedule, now: number): void {
  const { appliedAt, convergence } = schedule.asking;
  const witnesses = [...schedule.tallies].filter(([cell]) => changes(cell));
  if (schedule.scout !== undefined && tallyOf(schedule, schedule.scout).arrivedMs !== undefined) {
    delete schedule.scout;
    wake(schedule);
  }
  if (schedule.arrivedAt === undefined) {
    const lacking = witnesses.filter(([, { arrivedMs }]) => arrivedMs === undefined).length;
    const arrived = lacking === 0;
    // Where nobody watches for more wrong answers, to read the counters so early would leave the mesh too little time.
    const isHalfway = !isSparing(schedule.asking) && 2 * lacking < witnesses.length;
    if (schedule.halfwayAt === undefined && isHalfway) {
      schedule.halfwayAt = now;
      wake(schedule);
    }
    const waited = witnesses.length > 0 || now - appliedAt >= convergence.minObservationMs;
    if ((arrived && waited) || now - appliedAt >= convergence.arrivalMs) {
      schedule.arrivedAt = now;
      // Where nobody watches for more wrong answers, those of before tell too little.
      if (isSparing(schedule.asking)) for (const tally of schedule.tallies.values()) tally.sinceArrival = 0;
      tellMoved(schedule, 'arrival');
    }
  }
  if (schedule.arrivedAt !== undefined && schedule.gracedAt === undefined) {
    const enough = [...schedule.tallies].every(
      ([cell, { sinceArrival }]) => !needsGrace(schedule, cell) || sinceArrival >= graceAnswersOf(schedule, cell),
    );
    const lastWrongMs = Math.max(0, ...witnesses.map(([, tally]) => tally.lastWrongMs ?? tally.firstRightMs ?? 0));
    const isQuiet = now - appliedAt >= (1 + convergence.quiet) * lastWrongMs;
    // If the step has not arrived by now, there is no reason to wait for old connections.
    const late = now - appliedAt >= convergence.arrivalMs;
    if ((enough && isQuiet) || late || now - schedule.arrivedAt >= convergence.graceMs) {
      schedule.gracedAt = now;
      tellMoved(schedule, 'grace');
    }
  }
  // Without a reader nothing shows that pooled connections are gone. With one, they may not close in time.
  if (isWaitingToSample(schedule) && (schedule.reader === undefined || now >= limitOf(schedule)))
    beginSample(schedule, now);
}

/** Returns whether the sample can begin as soon as the sidecars' counters allow it. */
export function isWaitingToSample({ gracedAt, sampleFrom }: Schedule): boolean {
  return gracedAt !== undefined && sampleFrom === undefined;
}

/** Begins the sample: answers to batches sent from this time on count. */
export function beginSample(schedule: Schedule, from: number): void {
  schedule.sampleFrom = from;
  tellMoved(schedule, 'connections');
}

function tellMoved(schedule: Schedule, part: AskedPart): void {
  schedule.asking.onPart?.(part);
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
export function isIdle(schedule: Schedule, client: string, own: Cell[]): boolean {
  if (schedule.sampleFrom !== undefined || (client === schedule.reader && isWaitingToSample(schedule))) return false;
  const part = schedule.arrivedAt === undefined ? 'arrival' : 'grace';
  return schedule.asking.cells.some(changes) && !own.some((cell) => isAskedIn(schedule, part, cell));
}

/** Returns whether a client's cells have all the answers they need, or will not get more in time. */
export function sampleIsOver(schedule: Schedule, client: string, own: Cell[], now: number): boolean {
  if (schedule.sampleFrom === undefined) return false;
  const silentFor = now - Math.max(schedule.sampleFrom, schedule.heardAt.get(client) ?? 0);
  return (
    now >= limitOf(schedule) ||
    silentFor >= schedule.asking.convergence.silentMs ||
    own.every((cell) => isComplete(schedule, cell))
  );
}

function isComplete(schedule: Schedule, cell: Cell): boolean {
  return isSampled(cell, tallyOf(schedule, cell), schedule.asking.convergence);
}
