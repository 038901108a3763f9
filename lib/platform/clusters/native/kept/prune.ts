import { type CachedArtefact, kept, LIMIT_BYTES, remove, superfluous } from '../../../builds/index.ts';
import { isRunning } from '../../../machine.ts';
import { clusterNames, stateDirectory } from './layout.ts';
import { supervisors } from './owner.ts';
import { readRecord } from './record.ts';

/**
 * Removes artefacts that no running cluster needs, least recently used first, and returns those that it removed.
 * @param limit how many bytes may stay
 */
export async function prune(limit = LIMIT_BYTES): Promise<CachedArtefact[]> {
  const going = superfluous(await kept(), limit, await neededPaths(), Date.now());
  await remove(going);
  return going;
}

/** Returns the paths of artefacts that running clusters need, also those whose state is elsewhere. */
export async function neededPaths(): Promise<string[]> {
  const states = [...(await clusterNames()).map(stateDirectory), ...(await supervisors()).map(({ state }) => state)];
  const records = await Promise.all([...new Set(states)].map(readRecord));
  return records.flatMap((record) => (record?.processes.some(isRunning) ? record.uses : []));
}
