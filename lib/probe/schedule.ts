import { type Round, roundsOf } from './control.ts';
import { type Counter, isArrived, kindAt, type Reading, witnessOf } from './counters.ts';
import { isSampled } from './judge.ts';
import { changes, changesUnseen, emptyTally, type Part, type Tally } from './tally.ts';
import type { AskedPart, Asking, Cell } from './types.ts';
import type { Found } from './witness.ts';

/** How far the asking of a step has come: times in milliseconds since the epoch, absent before they are reached. */
export interface Schedule {
  asking: Asking;
  tallies: Map<Cell, Tally>;
  /** The client that reads the sidecars' counters, between its own batches. */
  reader: string | undefined;
  /** All cells that change had been seen changed, or the time for it was up. */
  arrivedAt?: number;
  /** All cells that change had brought enough answers since for connections pooled before to be used up. */
  gracedAt?: number;
  /** What the sidecars last said before the sample, and when they were asked. */
  reading?: { at: number; counts: Reading | undefined };
  /** From here on answers count. */
  sampleFrom?: number;
  /** What the sidecars said when all batches were over. */
  last?: Reading | undefined;
  /** Services of whose endpoints only some have a sidecar. */
  mixed: ReadonlySet<string>;
  /** Workloads with a sidecar that is counted. */
  counted: ReadonlySet<string>;
  /** When each client last brought an answer that could be read. */
  heardAt: Map<string, number>;
  /** Resolves when the schedule moves on. */
  moved: PromiseWithResolvers<void>;
  /** Every batch of every client, with how many of its requests may have come to a sidecar of each Service. */
  batches: { client: string; sentAt: number; endedAt: number; requests: Map<string, number> }[];
}

/** Returns a schedule at its beginning. */
export function scheduleOf(asking: Asking): Schedule {
  const { cells, counters = [] } = asking;
  const reader = cells.find(({ sidecar }) => !sidecar) ?? cells[0];
  return {
    asking,
    tallies: new Map(cells.map((cell) => [cell, emptyTally()])),
    reader: counters.length === 0 ? undefined : reader?.client,
    mixed: mixedOf(asking),
    counted: new Set(counters.map(({ workload }) => workload)),
    heardAt: new Map(),
    moved: Promise.withResolvers(),
    batches: [],
  };
}

function mixedOf({ cells, counters = [] }: Asking): ReadonlySet<string> {
  const workloads = new Set(counters.map(({ workload }) => workload));
  const isBare = ({ expectation }: Cell): boolean =>
    expectation.outcomes.some(({ endpoints }) => endpoints.some((one) => !workloads.has(one)));
  return new Set(cells.filter(isBare).map(({ server }) => server));
}

/** Moves on where what was waited for is there, or its time is up. */
export function advance(schedule: Schedule, now: number): void {
  const { appliedAt, convergence } = schedule.asking;
  const witnesses = [...schedule.tallies].filter(([cell]) => changes(cell));
  if (schedule.arrivedAt === undefined) {
    const arrived = witnesses.every(([, { arrivedMs }]) => arrivedMs !== undefined);
    const waited = witnesses.length > 0 || now - appliedAt >= convergence.minObservationMs;
    if ((arrived && waited) || now - appliedAt >= convergence.arrivalMs) {
      schedule.arrivedAt = now;
      tellMoved(schedule, 'arrival');
    }
  }
  if (schedule.arrivedAt !== undefined && schedule.gracedAt === undefined) {
    const enough = witnesses.every(([, { sinceArrival }]) => sinceArrival >= convergence.graceAnswers);
    // What has not come by now has no connections of before to wait for.
    const late = now - appliedAt >= convergence.arrivalMs;
    if (enough || late || now - schedule.arrivedAt >= convergence.graceMs) {
      schedule.gracedAt = now;
      tellMoved(schedule, 'grace');
    }
  }
  // Where nobody reads the counters nothing says that pooled connections are gone; and they may not go in time.
  if (isWaitingToSample(schedule) && (schedule.reader === undefined || now >= limitOf(schedule)))
    beginSample(schedule, now);
}

/** Returns whether all is there for the sample to begin but the word of the sidecars' counters. */
export function isWaitingToSample({ gracedAt, sampleFrom }: Schedule): boolean {
  return gracedAt !== undefined && sampleFrom === undefined;
}

/** From now on answers count. */
export function beginSample(schedule: Schedule, from: number): void {
  schedule.sampleFrom = from;
  tellMoved(schedule, 'connections');
}

function tellMoved(schedule: Schedule, part: AskedPart): void {
  schedule.asking.onPart?.(part);
  schedule.moved.resolve();
  schedule.moved = Promise.withResolvers();
}

/** Returns whether a client has nothing to ask as yet: others show the step's arrival, and its own answers do not count before. */
export function isIdle(schedule: Schedule, client: string, own: Cell[]): boolean {
  if (schedule.sampleFrom !== undefined || (client === schedule.reader && isWaitingToSample(schedule))) return false;
  return schedule.asking.cells.some(changes) && !own.some(stirs);
}

/** Whether a step changes a cell, be it that only counters can show it. */
function stirs(cell: Cell): boolean {
  return changes(cell) || changesUnseen(cell);
}

/**
 * Returns whether the changes that only counters can show have arrived: since the last reading every client that has such
 * cells was answered, and the servers' sidecars counted no new connection of the kind of before.
 * @param previous the reading before the current one
 */
export function haveArrivedUnseen(schedule: Schedule, previous: Schedule['reading']): boolean {
  const { asking, reading, batches } = schedule;
  const unseen = asking.cells.filter((cell) => cell.sidecar && changesUnseen(cell));
  if (unseen.length === 0) return true;
  if (previous === undefined) return false;
  const askedSince = (client: string): boolean =>
    batches.some((batch) => batch.client === client && batch.sentAt >= previous.at && Number.isFinite(batch.endedAt));
  if (!unseen.every(({ client }) => askedSince(client))) return false;
  return [...new Set(unseen.map(({ server }) => server))].every((server) => {
    const own = (asking.counters ?? []).filter((counter) => counter.server === server);
    const requests = plainRequestsTo(schedule, server, previous.at);
    return isArrived(kindAt(server, own, asking.cells), witnessOf(own, previous.counts, reading?.counts, requests));
  });
}

/** Returns the part of the step to which a batch belongs that began at a time. */
export function partAt({ arrivedAt, sampleFrom }: Schedule, at: number): Part {
  if (sampleFrom !== undefined && at >= sampleFrom) return 'sample';
  return arrivedAt !== undefined && at >= arrivedAt ? 'grace' : 'arrival';
}

/** Returns when what is waited for now has taken too long. */
export function limitOf({ asking, arrivedAt, gracedAt, sampleFrom }: Schedule): number {
  const { arrivalMs, graceMs, sampleMs } = asking.convergence;
  if (sampleFrom !== undefined) return sampleFrom + sampleMs;
  const since = gracedAt ?? arrivedAt;
  return since === undefined ? asking.appliedAt + arrivalMs : since + graceMs;
}

/** Returns whether nothing more is wanted of a client's cells, or nothing more will come of them in time. */
export function sampleIsOver(schedule: Schedule, client: string, own: Cell[], now: number): boolean {
  if (schedule.sampleFrom === undefined) return false;
  const silentFor = now - Math.max(schedule.sampleFrom, schedule.heardAt.get(client) ?? 0);
  return (
    now >= limitOf(schedule) ||
    silentFor >= schedule.asking.convergence.silentMs ||
    own.every((cell) => isComplete(schedule, cell))
  );
}

/**
 * Returns what a client asks next.
 * @param heard whether its last batch brought anything; after one that did not, little is asked, so that no time is lost
 */
export function plan(schedule: Schedule, own: Cell[], { at, heard }: { at: number; heard: boolean }): Round[] {
  // A client that hears nothing needs no control: once it hears something, it is asked properly.
  if (!heard) return [{ cells: own, atOnce: false }];
  const part = partAt(schedule, at);
  const { requestsPerBatch, maxRequestsPerBatch, graceAnswers } = schedule.asking.convergence;
  const witnessed = schedule.asking.cells.some(changes);
  const most = Math.max(requestsPerBatch, Math.floor(maxRequestsPerBatch / own.length));
  const some = (missing: number): number => (missing > 0 ? Math.min(missing, most) : requestsPerBatch);
  const wanted = (cell: Cell): number => {
    const { counted, sinceArrival } = schedule.tallies.get(cell) as Tally;
    if (part === 'sample') return isComplete(schedule, cell) ? 0 : some(cell.answers - counted);
    // What does not change says nothing before the sample.
    if (witnessed && !stirs(cell)) return 1;
    if (part === 'grace') return some(graceAnswers - sinceArrival);
    return isSlow(cell) ? 1 : requestsPerBatch;
  };
  // No connection stays open, so that asking at once leaves nothing behind.
  const atOnce = (cell: Cell): boolean =>
    part !== 'arrival' && isSlow(cell) && (schedule.tallies.get(cell) as Tally).wrong === 0;
  return roundsOf(own, wanted, atOnce);
}

/** A sidecar tries a connection that fails again, after a pause. */
function isSlow({ sidecar, expectation }: Cell): boolean {
  return sidecar && expectation.outcomes.every(({ outcome }) => outcome.kind === 'unavailable');
}

function isComplete({ asking, tallies }: Schedule, cell: Cell): boolean {
  return isSampled(cell, tallies.get(cell) as Tally, asking.convergence);
}

/** Returns what the sidecars of a Service counted during the sample; undefined where it has none, or none was to be asked. */
export function witnessAt(schedule: Schedule, server: string): Found | undefined {
  const { cells, counters } = schedule.asking;
  if (counters === undefined) return undefined;
  const own = counters.filter((counter: Counter) => counter.server === server);
  const kind = kindAt(server, own, cells);
  if (kind === undefined) return undefined;
  return {
    kind,
    witness: witnessOf(
      own,
      schedule.reading?.counts,
      schedule.last,
      plainRequestsTo(schedule, server, schedule.reading?.at ?? 0),
    ),
  };
}

/** How many requests clients without a sidecar brought to a Service since a time, at most. */
function plainRequestsTo({ asking, batches }: Schedule, server: string, from: number): number {
  const without = new Set(asking.cells.filter(({ sidecar }) => !sidecar).map(({ client }) => client));
  return batches
    .filter(({ client, endedAt }) => without.has(client) && endedAt > from)
    .reduce((sum, { requests }) => sum + (requests.get(server) ?? 0), 0);
}
