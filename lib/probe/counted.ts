import { type Counter, witnessOf } from './counters.ts';
import { kindAt, workloadsOf } from './kind.ts';
import { sentFor } from './outbound.ts';
import { type Schedule, sampleOf, tallyOf } from './schedule.ts';
import type { Asking, Cell, Judgement } from './types.ts';
import type { Evidence, Found } from './witness.ts';

// What the counters show of a schedule.

/**
 * Returns what the sidecars of a Service counted during the sample. Returns undefined if there is nothing to compare:
 * the Service has no sidecar, no client with a sidecar asks it, or the step has no counters.
 */
export function witnessAt(schedule: Schedule, server: string): Found | undefined {
  if (schedule.asking.counters === undefined) return undefined;
  const own = countersOf(schedule.asking, server);
  const kind = kindAt(server, own, schedule.asking.cells);
  if (kind === undefined) return undefined;
  const reading = sampleOf(schedule)?.reading;
  const requests = plainRequestsTo(schedule, server, reading?.at ?? 0);
  const witness = witnessOf(own, reading?.counts, schedule.last, requests);
  return { kind, workloads: workloadsOf(own), witness, answers: answersOf(schedule, server) };
}

/** Returns what those say who cannot write into each other's answers: the sidecars of a cell's client and server. */
export function evidenceOf(schedule: Schedule, cell: Cell, judgement: Judgement): Evidence {
  const { asking, outbound } = schedule;
  const ownIn = (one: Cell): boolean | undefined => {
    const { certificates } = tallyOf(schedule, one);
    const known = asking.certificates?.get(one.client);
    return certificates.size === 0 ? undefined : known && certificates.isSubsetOf(known);
  };
  const behind = workloadsOf(countersOf(asking, cell.server));
  const readings = outbound.get(cell.client) ?? { first: undefined, last: undefined };
  return {
    found: witnessAt(schedule, cell.server),
    own: ownIn(cell),
    shown: behind.size === 1 && asking.cells.some((one) => one.server === cell.server && ownIn(one) === true),
    sent: sentFor(cell, judgement, readings, asking.endpoints ?? new Map()),
  };
}

/** Returns the clients with a sidecar whose counted answers showed a certificate that it was not seen to have. */
export function clientsToCertify(schedule: Schedule): Set<string> {
  const { cells, certificates } = schedule.asking;
  const isUnknown = (cell: Cell): boolean =>
    !tallyOf(schedule, cell).certificates.isSubsetOf(certificates?.get(cell.client) ?? new Set());
  return new Set(cells.filter((cell) => cell.sidecar && isUnknown(cell)).map(({ client }) => client));
}

/** Returns the counters of a Service's sidecars. */
export function countersOf({ counters = [] }: Asking, server: string): Counter[] {
  return counters.filter((counter) => counter.server === server);
}

/**
 * Returns how many counted answers seem to have come through a Service's sidecars: all that are a 200, or only those over
 * mutual TLS if some endpoints have no sidecar. Where it is not certain who answers, there may be more. Those of a pair
 * with wrong answers are left out: it fails by itself, and its other answers may have gone the same way.
 */
function answersOf({ tallies, mixed }: Schedule, server: string): number {
  const kinds = mixed.has(server) ? ['mtls'] : ['mtls', 'plain'];
  return [...tallies]
    .filter(([cell]) => cell.server === server && cell.expectation.notJudged === undefined)
    .flatMap(([, { seen, wrong }]) => (wrong === 0 ? [...seen.values()] : []))
    .filter(({ observation }) => kinds.includes(observation.kind))
    .reduce((sum, { counted }) => sum + counted, 0);
}

/** Returns the maximum number of requests that clients without a sidecar sent to a Service since a time. */
export function plainRequestsTo({ asking, batches }: Schedule, server: string, from: number): number {
  const without = new Set(asking.cells.filter(({ sidecar }) => !sidecar).map(({ client }) => client));
  return batches
    .filter(({ client, endedAt }) => without.has(client) && endedAt > from)
    .reduce((sum, { requests }) => sum + (requests.get(server) ?? 0), 0);
}
