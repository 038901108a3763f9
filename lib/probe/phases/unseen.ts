import {
  changesUnseen,
  counterEvidenceOf,
  countersOf,
  expectedTrafficAt,
  isArrived,
  plainRequestsTo,
} from '../../verdict/index.ts';
import type { Schedule } from '../schedule.ts';
import type { ConnectionsPhase } from './phase.ts';

// When changes have arrived that no answer shows, and only the servers' counters do.

/**
 * Returns whether to read the counters already, so that a later reading shows a change that no answer shows: once about
 * when the change arrives, which may be too early, and once when it has arrived elsewhere.
 */
export function isToReadEarly({ phase, asking }: Schedule): boolean {
  if (!asking.cells.some(changesUnseen)) return false;
  if (phase.name === 'arrival') return phase.readsEarly && phase.readings.length === 0;
  return phase.name === 'grace' && !phase.readings.some(({ at }) => at >= phase.arrivedAt);
}

/**
 * Looks with the current reading whether the changes that only counters can show have arrived: since an earlier one,
 * every client with such cells has completed a batch, and the servers' sidecars counted no new connection of the old
 * kind.
 */
export function haveArrivedUnseen(schedule: Schedule, { reading, readings }: ConnectionsPhase): boolean {
  const { asking, asked } = schedule;
  const { counters = [], appliedAt } = asking;
  const unseen = asking.cells.filter((cell) => cell.sidecar && changesUnseen(cell));
  if (unseen.length === 0) return true;
  const clients = [...new Set(unseen.map(({ client }) => client))];
  const since = readings.findLast(
    (earlier) =>
      earlier !== reading &&
      clients.every((client) =>
        asked.batches.some(
          (batch) => batch.client === client && appliedAt + batch.sentMs >= earlier.at && !('because' in batch),
        ),
      ),
  );
  if (since === undefined) return false;
  return [...new Set(unseen.map(({ server }) => server))].every((server) => {
    const ofServer = countersOf({ counters }, server);
    const requests = plainRequestsTo(asked, counters, { server, sinceMs: since.at - appliedAt });
    return isArrived(
      expectedTrafficAt(server, ofServer, asking.cells),
      counterEvidenceOf(ofServer, since.counts, reading?.counts, requests),
    );
  });
}
