import { type Running, status } from '../index.ts';

/** The name of the cluster that `npx automtls cluster up` keeps between runs, if it is given none. */
export const KEPT = 'dev';

/** Returns the kept cluster of that name if it is running. */
export async function keptCluster(name = KEPT): Promise<Running | undefined> {
  const there = await status(name);
  return there.state === 'running' ? there : undefined;
}
