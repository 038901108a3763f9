import { type Running, status } from './index.ts';

/** The name of the cluster that `npm run cluster -- up` keeps between runs. */
export const KEPT = 'dev';

/** Returns that cluster where it runs. */
export async function keptCluster(): Promise<Running | undefined> {
  const there = await status(KEPT);
  return there.state === 'running' ? there : undefined;
}
