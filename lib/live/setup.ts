import { up } from '../cluster/native/index.ts';
import { progressOn } from '../commands/progress.ts';

/** The native cluster of the live tests: a mesh that they may break, and that of no other checkout's tests. They run in one process. */
export const LIVE = `live-${process.pid}`;

/** Boots the cluster of the live tests; it ends with this process. */
export default async function setup(): Promise<void> {
  const { onProgress } = progressOn(process.stderr);
  await up({ name: LIVE, istio: '1.31-dev', lasting: false, onProgress, signal: new AbortController().signal });
}
