import { up } from '../cluster/native/index.ts';

/** The native cluster of the live tests: a mesh that they may break. */
export const LIVE = 'live';

/** Boots the cluster of the live tests; it ends with this process. */
export default async function setup(): Promise<void> {
  const onProgress = ({ phase, detail }: { phase: string; detail?: string }): void => {
    process.stderr.write(`${phase}${detail === undefined ? '' : `: ${detail}`}\n`);
  };
  await up({ name: LIVE, istio: '1.31-dev', lasting: false, onProgress, signal: new AbortController().signal });
}
