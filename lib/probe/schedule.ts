import { localPorts, type TakePorts } from './ask.ts';
import { changes, changesUnseen } from './changes.ts';
import type { Reading } from './counters.ts';
import { isSampled } from './judge.ts';
import { type Kind, kindAt } from './kind.ts';
import { protocols } from './protocols/index.ts';
import { emptyTally, type Part, type Tally } from './tally.ts';
import type { AskedPart, Asking, Cell } from './types.ts';

/** A reading of the counters, and when it began. */
interface TimedReading {
  at: number;
  counts: Reading | undefined;
}

/** The progress of asking a step. Times are in milliseconds since the epoch and absent until they are reached. */
export interface Schedule {
  asking: Asking;
  tallies: Map<Cell, Tally>;
  /** The client that also reads the sidecars' counters, between its batches. */
  reader: string | undefined;
  /** The cell that is asked alone until it is seen changed, so that the mesh has time to make the change. */
  scout?: Cell | undefined;
  /** When all cells that the step changes had been observed changed, or the time for it was up. */
  arrivedAt?: number;
  /**
   * When every cell with old connections had enough answers since then to use up pooled connections, and none was wrong for as long
   * as it took the step to get there; or the time for it was up.
   */
  gracedAt?: number;
  /** The last reading of the counters before the sample, and when it began. */
  reading?: TimedReading;
  /** The reading since which every client has to complete a batch, so that counters show a change that no answer shows. */
  unseenSince?: TimedReading;
  /** When answers began to count. */
  sampleFrom?: number;
  /** The reading of the counters after all batches. */
  last?: Reading | undefined;
  /** Services whose counters show by themselves whether connections of the old kind are gone. */
  shown: ReadonlySet<string>;
  /** Services with an endpoint that has no counted sidecar. */
  mixed: ReadonlySet<string>;
  /** Workloads with a sidecar whose counters are read. */
  counted: ReadonlySet<string>;
  /** Takes local ports for each client's requests. */
  takePorts: ReadonlyMap<string, TakePorts>;
  /** When each client last got a readable answer. */
  heardAt: Map<string, number>;
  /** Resolves when the schedule moves on. */
  moved: PromiseWithResolvers<void>;
  /** Every batch of every client. `requests` has how many may have reached a sidecar of each Service. */
  batches: { client: string; sentAt: number; endedAt: number; requests: Map<string, number> }[];
}

/** Returns a schedule at its start. */
export function scheduleOf(asking: Asking): Schedule {
  const { cells, counters = [] } = asking;
  const reader = cells.find(({ sidecar }) => !sidecar) ?? cells[0];
  return {
    asking,
    tallies: new Map(cells.map((cell) => [cell, emptyTally()])),
    reader: counters.length === 0 ? undefined : reader?.client,
    scout: isSparing(asking) ? scoutAmong(cells.filter(changes)) : undefined,
    shown: shownOf(asking),
    mixed: mixedOf(asking),
    counted: new Set(counters.map(({ workload }) => workload)),
    takePorts: new Map(cells.map(({ client }) => [client, localPorts()])),
    heardAt: new Map(),
    moved: Promise.withResolvers(),
    batches: [],
  };
}

/** Returns whether to send only the requests that a verdict needs. */
function isSparing({ convergence }: Asking): boolean {
  return convergence.quiet === 0;
}

/** Returns a cell that shows a change soon, if there is one. */
function scoutAmong(changing: Cell[]): Cell | undefined {
  return changing.find((cell) => !isSlow(cell)) ?? changing[0];
}

/** Returns whether answers are slow: the client's sidecar retries a failed connection after a pause. */
export function isSlow({ sidecar, expectation }: Cell): boolean {
  return sidecar && expectation.outcomes.every(({ outcome }) => outcome.kind === 'unavailable');
}

function shownOf({ cells, counters = [] }: Asking): ReadonlySet<string> {
  const groups = [...Map.groupBy(counters, ({ server }) => server)];
  const tells = (kind: Kind | undefined): boolean => kind === 'mtls' || kind === 'plain';
  return new Set(groups.filter(([server, own]) => tells(kindAt(server, own, cells))).map(([server]) => server));
}

function mixedOf({ cells, counters = [] }: Asking): ReadonlySet<string> {
  const workloads = new Set(counters.map(({ workload }) => workload));
  const isBare = ({ expectation }: Cell): boolean =>
    expectation.outcomes.some(({ endpoints }) => endpoints.some((one) => !workloads.has(one)));
  return new Set(cells.filter(isBare).map(({ server }) => server));
}

/** Starts the next part of the step if the current one is complete or its time is up. */
export function advance(schedule: Schedule, now: number): void {
  const { appliedAt, convergence } = schedule.asking;
  const witnesses = [...schedule.tallies].filter(([cell]) => changes(cell));
  if (schedule.scout !== undefined && schedule.tallies.get(schedule.scout)?.arrivedMs !== undefined) {
    delete schedule.scout;
    wake(schedule);
  }
  if (schedule.arrivedAt === undefined) {
    const arrived = witnesses.every(([, { arrivedMs }]) => arrivedMs !== undefined);
    const waited = witnesses.length > 0 || now - appliedAt >= convergence.minObservationMs;
    if ((arrived && waited) || now - appliedAt >= convergence.arrivalMs) {
      schedule.arrivedAt = now;
      tellMoved(schedule, 'arrival');
    }
  }
  if (schedule.arrivedAt !== undefined && schedule.gracedAt === undefined) {
    const enough = [...schedule.tallies].every(
      ([cell, { sinceArrival }]) => !needsGrace(schedule, cell) || sinceArrival >= graceAnswersOf(schedule, cell),
    );
    const lastWrongMs = Math.max(0, ...witnesses.map(([, tally]) => tally.lastWrongMs ?? 0));
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

/** Returns whether a cell's answers matter in a part before the sample, where the step changes some cell. */
export function isAskedIn(schedule: Schedule, part: 'arrival' | 'grace', cell: Cell): boolean {
  if (part === 'arrival' && schedule.scout !== undefined) return cell === schedule.scout;
  if (isSparing(schedule.asking) && !changesUnseen(cell)) return isNeededIn(schedule, part, cell);
  return stirs(cell) || (part === 'grace' && needsGrace(schedule, cell));
}

/** Returns whether a part cannot end without more answers of a cell. */
function isNeededIn(schedule: Schedule, part: 'arrival' | 'grace', cell: Cell): boolean {
  const { arrivedMs, sinceArrival } = schedule.tallies.get(cell) as Tally;
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

/**
 * Returns the part of the step that a batch belongs to.
 * @param at when the batch was sent
 */
export function partAt({ arrivedAt, sampleFrom }: Schedule, at: number): Part {
  if (sampleFrom !== undefined && at >= sampleFrom) return 'sample';
  return arrivedAt !== undefined && at >= arrivedAt ? 'grace' : 'arrival';
}

/** Returns when the time of the current part is up. */
export function limitOf({ asking, arrivedAt, gracedAt, sampleFrom }: Schedule): number {
  const { arrivalMs, graceMs, sampleMs } = asking.convergence;
  if (sampleFrom !== undefined) return sampleFrom + sampleMs;
  const since = gracedAt ?? arrivedAt;
  return since === undefined ? asking.appliedAt + arrivalMs : since + graceMs;
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

function isComplete({ asking, tallies }: Schedule, cell: Cell): boolean {
  return isSampled(cell, tallies.get(cell) as Tally, asking.convergence);
}
