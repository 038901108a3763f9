import type { Config } from 'jest';
import { progressOn } from '../../cli/output/progress.ts';
import { up } from '../../platform/clusters/native/index.ts';
import { clusterOf } from './cluster.ts';

/** Boots a native cluster for each worker of the live tests; they end with this process. */
export default async function setup({ maxWorkers }: Config): Promise<void> {
  process.env['AUTOMTLS_LIVE'] = String(process.pid);
  const { onProgress } = progressOn(process.stderr);
  const options = { istio: '1.31-dev', lasting: false, onProgress, signal: new AbortController().signal };
  // the first builds what is missing
  for (let worker = 1; worker <= Number(maxWorkers); worker += 1) await up({ name: clusterOf(worker), ...options });
}
