import { execa } from 'execa';
import { searchPath } from '../../builds/index.ts';
import type { OnProgress } from '../../progress.ts';
import { stateDirectory } from './kept/layout.ts';
import { readRecord } from './kept/record.ts';

/**
 * Adds the images of a docker archive to a running cluster.
 * @param name the cluster's name
 * @param archive the archive's path
 * @throws Error if the cluster is not running, or containerd does not take the archive
 */
export async function loadImages(
  name: string,
  archive: string,
  { onProgress, signal }: { onProgress: OnProgress; signal: AbortSignal },
): Promise<void> {
  const [process] = (await readRecord(stateDirectory(name)))?.processes ?? [];
  if (process === undefined) throw new Error(`the cluster ${name} is not running`);
  onProgress({ phase: 'Images', detail: `loading them into ${name}` });
  // containerd's socket is in the cluster's own /run. The archive may be in a directory that the cluster does not see.
  const inside = ['--mount', `--target=${process.pid}`, '--', 'ctr', '--namespace', 'k8s.io', 'images', 'import', '-'];
  await execa('nsenter', inside, { inputFile: archive, cancelSignal: signal, env: { PATH: searchPath() } });
}
