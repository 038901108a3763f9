import { down } from '../cluster/native/index.ts';
import { LIVE } from './setup.ts';

/** Takes the cluster of the live tests down. */
export default async function teardown(): Promise<void> {
  await down({ name: LIVE, onProgress: () => {} });
}
