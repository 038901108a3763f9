/** Returns the name of the native cluster that a worker of the live tests has, which no other checkout's tests have. */
export function clusterOf(worker: number | string): string {
  return `live-${process.env['AUTOMTLS_LIVE']}-${worker}`;
}

/** The native cluster of the tests that run in this process: a mesh that they may break. */
export const LIVE = clusterOf(process.env['JEST_WORKER_ID'] ?? 1);
