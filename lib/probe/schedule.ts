import { localPorts, type TakePort } from './ask.ts';
import type { Reading } from './counters.ts';
import { type Kind, kindAt } from './kind.ts';
import type { OutboundReadings } from './outbound.ts';
import type { Phase, Sample } from './phases/phase.ts';
import { scoutAmong } from './phases/scout.ts';
import { type Strategy, thorough } from './phases/strategy.ts';
import { emptyTally, type Part, type Tally } from './tally.ts';
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
  /** Services whose counters show by themselves whether connections of the old kind are gone. */
  shown: ReadonlySet<string>;
  /** Services with an endpoint that has no counted sidecar. */
  mixed: ReadonlySet<string>;
  /** Workloads with a sidecar whose counters are read. */
  counted: ReadonlySet<string>;
  /** Takes local ports for each client's requests. */
  takePort: ReadonlyMap<string, TakePort>;
  /** When each client last got a readable answer. */
  heardAt: Map<string, number>;
  /** Resolves when the phase changes, or what it needs. */
  moved: PromiseWithResolvers<void>;
  /** Every batch of every client. `requests` has how many may have reached a sidecar of each Service. */
  batches: { client: string; sentAt: number; endedAt: number; requests: Map<string, number> }[];
}

/** Returns a schedule at its start. */
export function scheduleOf(asking: Asking): Schedule {
  const { cells, counters = [], strategy = thorough } = asking;
  const scout = strategy.scouts ? scoutAmong(cells) : undefined;
  const reader = cells.find(({ sidecar }) => !sidecar) ?? cells[0];
  return {
    asking,
    strategy,
    phase: { name: 'arrival', scout, readsEarly: false, readings: [] },
    tallies: new Map(cells.map((cell) => [cell, emptyTally()])),
    reader: counters.length === 0 ? undefined : reader?.client,
    shown: shownOf(asking),
    mixed: mixedOf(asking),
    counted: new Set(counters.map(({ workload }) => workload)),
    takePort: new Map(cells.map(({ client }) => [client, localPorts()])),
    outbound: new Map(),
    heardAt: new Map(),
    moved: Promise.withResolvers(),
    batches: [],
  };
}

/** Returns the tally of one of the schedule's cells. */
export function tallyOf({ tallies }: Schedule, cell: Cell): Tally {
  return tallies.get(cell) as Tally;
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

/**
 * Returns the part of the step that a batch belongs to.
 * @param at when the batch was sent
 */
export function partAt({ phase }: Schedule, at: number): Part {
  if (phase.name === 'arrival') return 'arrival';
  return phase.name === 'sample' && at >= phase.from ? 'sample' : 'grace';
}

/** Returns when the sample began, and the last reading of the counters before it; undefined until it begins. */
export function sampleOf({ phase }: Schedule): Sample | undefined {
  return phase.name === 'sample' ? phase : undefined;
}
