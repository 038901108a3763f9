import { changes } from '../verdict/judge/answers/changes.ts';
import { answering } from '../verdict/judge/answers/control.ts';
import { emptyTally, type Tally } from '../verdict/judge/answers/tally.ts';
import { type Kind, kindAt } from '../verdict/judge/sidecars/kind.ts';
import type { AskedRecord, OutboundReadings, Part, Reading } from '../verdict/record/asked.ts';
import { localPorts, type TakePort } from './ask.ts';
import type { Asking, Cell } from './types.ts';

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
  /**
   * The cell that is asked alone until it is seen changed, so that the mesh has time to make the change. If it cannot be
   * observed, or half of the time for the arrival is up, all are asked.
   */
  scout?: Cell | undefined;
  /** When half of the cells that the step changes had been observed changed. */
  halfwayAt?: number;
  /** When all of them had been, or the time for it was up. */
  arrivedAt?: number;
  /**
   * When every cell with old connections had given enough answers to use up pooled ones, and none was wrong for as long as
   * it took the step to get there; or the time for it was up.
   */
  gracedAt?: number;
  /** The last reading of the counters between the grace and the sample. */
  reading?: TimedReading;
  /** It and earlier ones, in order: two of them show a change that no answer shows. */
  readings: TimedReading[];
  /** When answers began to count. */
  sampleFrom?: number;
  /** The reading of the counters after all batches. */
  last?: Reading | undefined;
  /** What the sidecars of clients had counted before and after their part of the sample, by client. */
  outbound: Map<string, OutboundReadings>;
  /** Services whose counters show by themselves whether connections of the old kind are gone. */
  shown: ReadonlySet<string>;
  /** Takes local ports for each client's requests. */
  takePort: ReadonlyMap<string, TakePort>;
  /** When each client last got a readable answer. */
  heardAt: Map<string, number>;
  /** Resolves when the schedule moves on. */
  moved: PromiseWithResolvers<void>;
  /** What was asked and what came so far, as the verdicts go by it; but for what sidecars say. */
  asked: AskedRecord;
  /** The place of each cell in the record. */
  pairs: ReadonlyMap<Cell, number>;
  /** The place in the record of everything that an answer showed, by what it is. */
  places: Map<string, number>;
}

/** Returns a schedule at its start. */
export function scheduleOf(asking: Asking): Schedule {
  const { cells, counters = [] } = asking;
  const { arrivalMs, silentMs, missChance } = asking.convergence;
  const reader = cells.find(({ sidecar }) => !sidecar) ?? cells[0];
  return {
    asking,
    tallies: new Map(cells.map((cell) => [cell, emptyTally()])),
    reader: counters.length === 0 ? undefined : reader?.client,
    scout: isSparing(asking) ? scoutAmong(cells) : undefined,
    shown: shownOf(asking),
    takePort: new Map(cells.map(({ client }) => [client, localPorts()])),
    readings: [],
    outbound: new Map(),
    heardAt: new Map(),
    moved: Promise.withResolvers(),
    asked: {
      pairs: cells,
      shown: [],
      batches: [],
      pods: Object.fromEntries(asking.pods ?? []),
      limits: { arrivalMs, silentMs, missChance },
    },
    pairs: new Map(cells.map((cell, at) => [cell, at])),
    places: new Map(),
  };
}

/** Returns whether to send only the requests that a verdict needs. */
export function isSparing({ convergence }: Asking): boolean {
  return convergence.quiet === 0;
}

/**
 * Returns a cell that shows a change, soon if possible. A refusal shows nothing if no server answers its client: then
 * nobody else would be asked until the time for the arrival is up.
 */
function scoutAmong(cells: Cell[]): Cell | undefined {
  const answered = new Set(cells.filter(answering).map(({ client }) => client));
  const changing = cells.filter((cell) => changes(cell) && answered.has(cell.client));
  return changing.find((cell) => !isSlow(cell)) ?? changing[0];
}

/** Returns the tally of one of the schedule's cells. */
export function tallyOf({ tallies }: Schedule, cell: Cell): Tally {
  return tallies.get(cell) as Tally;
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
