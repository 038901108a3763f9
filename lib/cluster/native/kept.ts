import { type Running, status } from './index.ts';

/** The name of the cluster that `npm run cluster -- up` keeps between runs. */
export const KEPT = 'dev';

/** Returns the kept cluster if it is running. */
export async function keptCluster(): Promise<Running | undefined> {
  const there = await status(KEPT);
  return there.state === 'running' ? there : undefined;
}
