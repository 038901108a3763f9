import { changes } from '../verdict/judge/answers/changes.ts';
import { isSampled } from '../verdict/judge/answers/decide.ts';
import type { Tally } from '../verdict/judge/answers/tally.ts';
import { graceAnswersOf, isAskedIn, needsGrace } from './needed.ts';
import { isSparing, limitOf, type Schedule, tallyOf } from './schedule.ts';
import type { AskedPart, Cell } from './types.ts';

// How a schedule moves on from part to part.

/** Starts the next part of the step if the current one is complete or its time is up. */
export function advance(schedule: Schedule, now: number): void {
  if (schedule.scout !== undefined && isDone(schedule, schedule.scout, now)) {
    delete schedule.scout;
    wake(schedule);
  }
  const witnesses = [...schedule.tallies].filter(([cell]) => changes(cell)).map(([, tally]) => tally);
  if (schedule.arrivedAt === undefined) watchArrival(schedule, witnesses, now);
  if (schedule.arrivedAt !== undefined && schedule.gracedAt === undefined && isGraced(schedule, witnesses, now)) {
    schedule.gracedAt = now;
    tellMoved(schedule, 'grace');
  }
  // Without a reader nothing shows that pooled connections are gone. With one, they may not close in time.
  if (isWaitingToSample(schedule) && (schedule.reader === undefined || now >= limitOf(schedule)))
    beginSample(schedule, now);
}

/** Returns whether the other cells need not wait for the scout any more. */
function isDone(schedule: Schedule, scout: Cell, now: number): boolean {
  const { appliedAt, convergence } = schedule.asking;
  const { arrivedMs, lastUnread } = tallyOf(schedule, scout);
  return arrivedMs !== undefined || lastUnread || now - appliedAt >= convergence.arrivalMs / 2;
}

/** Notes when half of the cells that the step changes, and when all of them, have shown it, or the time for it is up. */
function watchArrival(schedule: Schedule, witnesses: Tally[], now: number): void {
  const { appliedAt, convergence } = schedule.asking;
  const isSpare = isSparing(schedule.asking);
  const lacking = witnesses.filter(({ arrivedMs }) => arrivedMs === undefined).length;
  // Where nobody watches for more wrong answers, to read the counters so early would leave the mesh too little time.
  if (schedule.halfwayAt === undefined && !isSpare && 2 * lacking < witnesses.length) {
    schedule.halfwayAt = now;
    wake(schedule);
  }
  const waited = witnesses.length > 0 || now - appliedAt >= convergence.minObservationMs;
  const isLate = now - appliedAt >= convergence.arrivalMs;
  if ((lacking > 0 || !waited) && !isLate) return;
  schedule.arrivedAt = now;
  // There, too, answers of before tell too little.
  if (isSpare) for (const tally of schedule.tallies.values()) tally.sinceArrival = 0;
  tellMoved(schedule, 'arrival');
}

/** Returns whether pooled connections are used up and no answer was wrong for long enough, or the time for it is up. */
function isGraced(schedule: Schedule, witnesses: Tally[], now: number): boolean {
  const { appliedAt, convergence } = schedule.asking;
  const enough = [...schedule.tallies].every(
    ([cell, { sinceArrival }]) => !needsGrace(schedule, cell) || sinceArrival >= graceAnswersOf(schedule, cell),
  );
  const tookMs = Math.max(0, ...witnesses.map(({ lastWrongMs, firstRightMs }) => lastWrongMs ?? firstRightMs ?? 0));
  const isQuiet = now - appliedAt >= (1 + convergence.quiet) * tookMs;
  // If the step has not arrived by now, there is no reason to wait for old connections.
  const isLate = now - appliedAt >= convergence.arrivalMs;
  return (enough && isQuiet) || isLate || now - (schedule.arrivedAt ?? now) >= convergence.graceMs;
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
