import { changesUnseen } from './changes.ts';
import { type Counter, witnessOf } from './counters.ts';
import { isArrived, kindAt, workloadsOf } from './kind.ts';
import { sentFor } from './outbound.ts';
import { type Schedule, tallyOf } from './schedule.ts';
import type { Asking, Cell, Judgement } from './types.ts';
import type { Evidence, Found } from './witness.ts';

// What the counters show of a schedule.

/**
 * Returns whether to read the counters already, so that a later reading shows a change that no answer shows: once about
 * when the change arrives, which may be too early, and once when it has arrived elsewhere.
 */
export function isToReadEarly({ halfwayAt, arrivedAt, gracedAt, readings, asking }: Schedule): boolean {
  const since = arrivedAt ?? halfwayAt;
  if (since === undefined || gracedAt !== undefined || readings.some(({ at }) => at >= since)) return false;
  return asking.cells.some(changesUnseen);
}

/**
 * Looks with the current reading whether the changes that only counters can show have arrived: since an earlier one,
 * every client with such cells has completed a batch, and the servers' sidecars counted no new connection of the old
 * kind.
 */
export function haveArrivedUnseen(schedule: Schedule): boolean {
  const { asking, reading, readings, batches } = schedule;
  const unseen = asking.cells.filter((cell) => cell.sidecar && changesUnseen(cell));
  if (unseen.length === 0) return true;
  const clients = [...new Set(unseen.map(({ client }) => client))];
  const since = readings.findLast(
    (one) =>
      one !== reading &&
      clients.every((client) =>
        batches.some((batch) => batch.client === client && batch.sentAt >= one.at && Number.isFinite(batch.endedAt)),
      ),
  );
  if (since === undefined) return false;
  return [...new Set(unseen.map(({ server }) => server))].every((server) => {
    const own = countersOf(asking, server);
    const requests = plainRequestsTo(schedule, server, since.at);
    return isArrived(kindAt(server, own, asking.cells), witnessOf(own, since.counts, reading?.counts, requests));
  });
}

/**
 * Returns what the sidecars of a Service counted during the sample. Returns undefined if there is nothing to compare:
 * the Service has no sidecar, no client with a sidecar asks it, or the step has no counters.
 */
export function witnessAt(schedule: Schedule, server: string): Found | undefined {
  if (schedule.asking.counters === undefined) return undefined;
  const own = countersOf(schedule.asking, server);
  const kind = kindAt(server, own, schedule.asking.cells);
  if (kind === undefined) return undefined;
  const requests = plainRequestsTo(schedule, server, schedule.reading?.at ?? 0);
  const witness = witnessOf(own, schedule.reading?.counts, schedule.last, requests);
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

function countersOf({ counters = [] }: Asking, server: string): Counter[] {
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
function plainRequestsTo({ asking, batches }: Schedule, server: string, from: number): number {
  const without = new Set(asking.cells.filter(({ sidecar }) => !sidecar).map(({ client }) => client));
  return batches
    .filter(({ client, endedAt }) => without.has(client) && endedAt > from)
    .reduce((sum, { requests }) => sum + (requests.get(server) ?? 0), 0);
}
