import { type Schedule, tallyOf } from '../schedule.ts';
import type { Cell } from '../types.ts';

/** Returns the clients with a sidecar whose counted answers showed a certificate that it was not seen to have. */
export function clientsToCertify(schedule: Schedule): Set<string> {
  const { certificates } = schedule;
  const isUnknown = (cell: Cell): boolean =>
    !tallyOf(schedule, cell).certificates.isSubsetOf(certificates.get(cell.client) ?? new Set());
  return new Set(schedule.asking.cells.filter((cell) => cell.sidecar && isUnknown(cell)).map(({ client }) => client));
}
