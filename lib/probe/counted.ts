import { changesUnseen } from '../verdict/judge/answers/changes.ts';
import { plainRequestsTo, witnessOf } from '../verdict/judge/sidecars/counters.ts';
import { countersOf } from '../verdict/judge/sidecars/evidence.ts';
import { isArrived, kindAt } from '../verdict/judge/sidecars/kind.ts';
import { type Schedule, tallyOf } from './schedule.ts';
import type { Cell } from './types.ts';

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
  const { asking, asked, reading, readings } = schedule;
  const { counters = [], appliedAt } = asking;
  const unseen = asking.cells.filter((cell) => cell.sidecar && changesUnseen(cell));
  if (unseen.length === 0) return true;
  const clients = [...new Set(unseen.map(({ client }) => client))];
  const since = readings.findLast(
    (one) =>
      one !== reading &&
      clients.every((client) =>
        asked.batches.some(
          (batch) => batch.client === client && appliedAt + batch.sentMs >= one.at && !('because' in batch),
        ),
      ),
  );
  if (since === undefined) return false;
  return [...new Set(unseen.map(({ server }) => server))].every((server) => {
    const own = countersOf({ counters }, server);
    const requests = plainRequestsTo(asked, counters, { server, sinceMs: since.at - appliedAt });
    return isArrived(kindAt(server, own, asking.cells), witnessOf(own, since.counts, reading?.counts, requests));
  });
}

/** Returns the clients with a sidecar whose counted answers showed a certificate that it was not seen to have. */
export function clientsToCertify(schedule: Schedule): Set<string> {
  const { cells, certificates } = schedule.asking;
  const isUnknown = (cell: Cell): boolean =>
    !tallyOf(schedule, cell).certificates.isSubsetOf(certificates?.get(cell.client) ?? new Set());
  return new Set(cells.filter((cell) => cell.sidecar && isUnknown(cell)).map(({ client }) => client));
}
