import { changes, changesUnseen, expectedTrafficAt, isSettled } from '../../verdict/index.ts';
import type { Schedule } from '../schedule.ts';
import type { Cell } from '../types.ts';
import { isAskedInGrace, needsGrace } from './grace.ts';
import type { ConnectionsPhase, SamplePhase } from './phase.ts';
import { haveArrivedUnseen } from './unseen.ts';

// The third phase lasts until the servers' counters show that connections from before the step are gone.

/**
 * Returns the sample if nobody reads the counters, so that nothing can show it, or the time is up: connections may not
 * close in time. Otherwise a reading ends the phase.
 */
export function afterConnections(schedule: Schedule, phase: ConnectionsPhase, now: number): SamplePhase | undefined {
  if (schedule.reader !== undefined && now < connectionsLimit(schedule, phase)) return undefined;
  return sampleAfter(phase, now);
}

/** Returns the sample after this phase. */
export function sampleAfter({ reading }: ConnectionsPhase, now: number): SamplePhase {
  return { name: 'sample', from: now, reading };
}

/** Returns whether the phase's last reading shows that no connection is left that may serve another old answer. */
export function areGone(schedule: Schedule, phase: ConnectionsPhase): boolean {
  const { cells, counters = [] } = schedule.asking;
  const groups = Map.groupBy(counters, ({ server }) => server);
  const counts = phase.reading?.counts ?? {};
  const settled = [...groups].every(([server, ofServer]) =>
    isSettled(ofServer, expectedTrafficAt(server, ofServer, cells), counts),
  );
  return settled && haveArrivedUnseen(schedule, phase);
}

/** Returns when its time is up. */
export function connectionsLimit({ asking }: Schedule, { gracedAt }: ConnectionsPhase): number {
  return gracedAt + asking.convergence.graceMs;
}

/** Returns whether a cell's answers matter: an old connection that the counters still show ends only when it is used. */
export function isAskedInConnections(schedule: Schedule, { reading }: ConnectionsPhase, cell: Cell): boolean {
  if (reading === undefined) return isAskedInGrace(schedule, cell);
  return changes(cell) || changesUnseen(cell) || needsGrace(schedule, cell);
}
