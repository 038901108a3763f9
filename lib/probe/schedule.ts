import {
  type AnswerPhase,
  type AskedRecord,
  type ExpectedTraffic,
  emptyTally,
  expectedTrafficAt,
  type OutboundReadings,
  type Reading,
  type Tally,
} from '../verdict/index.ts';
import type { Phase, SamplePhase } from './phases/phase.ts';
import { scoutAmong } from './phases/scout.ts';
import { type Strategy, thorough } from './phases/strategy.ts';
import { localPorts, type TakePort } from './traffic/ask.ts';
import type { Asking, Cell } from './types.ts';

/** The progress of asking a step. Times are in milliseconds since the epoch. */
export interface Schedule {
  asking: Asking;
  strategy: Strategy;
  /** Where the asking is. It holds what later phases need of earlier ones. */
  phase: Phase;
  tallies: Map<Cell, Tally>;
  /** The client that also reads the sidecars' counters, between its batches. */
  reader: string | undefined;
  /** The reading of the counters after all batches. */
  last?: Reading | undefined;
  /** What the sidecars of clients had counted before and after their part of the sample, by client. */
  outbound: Map<string, OutboundReadings>;
  /** The hashes of the certificates that each client's sidecar was seen to have so far, by client. */
  certificates: Map<string, ReadonlySet<string>>;
  /** Services whose counters show by themselves whether connections of the old kind are gone. */
  shown: ReadonlySet<string>;
  /** Takes local ports for each client's requests. */
  takePort: ReadonlyMap<string, TakePort>;
  /** When each client last got a readable answer. */
  heardAt: Map<string, number>;
  /** Resolves when the phase changes, or what it needs. */
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
  const { cells, counters = [], strategy = thorough } = asking;
  const { arrivalMs, silentMs, missChance } = asking.convergence;
  const scout = strategy.scouts ? scoutAmong(cells) : undefined;
  const reader = cells.find(({ sidecar }) => !sidecar) ?? cells[0];
  return {
    asking,
    strategy,
    phase: { name: 'arrival', scout, readsEarly: false, readings: [] },
    tallies: new Map(cells.map((cell) => [cell, emptyTally()])),
    reader: counters.length === 0 ? undefined : reader?.client,
    shown: shownOf(asking),
    takePort: new Map(cells.map(({ client }) => [client, localPorts()])),
    outbound: new Map(),
    certificates: new Map(asking.certificates),
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

/** Returns the tally of one of the schedule's cells. */
export function tallyOf({ tallies }: Schedule, cell: Cell): Tally {
  return tallies.get(cell) as Tally;
}

function shownOf({ cells, counters = [] }: Asking): ReadonlySet<string> {
  const groups = [...Map.groupBy(counters, ({ server }) => server)];
  const tells = (kind: ExpectedTraffic | undefined): boolean => kind === 'mtls' || kind === 'plain';
  return new Set(
    groups.filter(([server, ofServer]) => tells(expectedTrafficAt(server, ofServer, cells))).map(([server]) => server),
  );
}

/**
 * Returns the part of the step that a batch belongs to.
 * @param at when the batch was sent
 */
export function phaseAt({ phase }: Schedule, at: number): AnswerPhase {
  if (phase.name === 'arrival') return 'arrival';
  return phase.name === 'sample' && at >= phase.from ? 'sample' : 'grace';
}

/** Returns when the sample began, and the last reading of the counters before it; undefined until it begins. */
export function sampleOf({ phase }: Schedule): SamplePhase | undefined {
  return phase.name === 'sample' ? phase : undefined;
}
