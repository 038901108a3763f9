import type { Config } from 'jest';
import { down } from '../../platform/clusters/native/index.ts';
import { clusterOf } from './cluster.ts';

/** Takes the clusters of the live tests down. */
export default async function teardown({ maxWorkers }: Config): Promise<void> {
  for (let worker = 1; worker <= Number(maxWorkers); worker += 1) {
    await down({ name: clusterOf(worker), onProgress: () => {} });
  }
}
