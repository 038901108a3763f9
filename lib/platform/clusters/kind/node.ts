import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { UsageError } from '../../errors.ts';
import type { OnProgress } from '../../progress.ts';
import { grouped } from '../grouped.ts';
import { directoryOf } from '../name.ts';

/**
 * Returns the path of a cluster's kubeconfig. Every kind command names it; otherwise kind would change the user's own.
 */
export function kubeconfigOf(name: string): string {
  return join(directoryOf(name), 'kubeconfig');
}

/** The kind program, and the cluster that it creates and deletes. */
export interface KindTool {
  program: string;
  name: string;
}

/**
 * Creates a cluster with one node. Afterwards its API server answers, but the node may need a few more seconds.
 * @throws UsageError if the node image cannot be pulled
 */
export async function create(
  { program, name }: KindTool,
  { image, onProgress, signal }: { image: string; onProgress: OnProgress; signal: AbortSignal },
): Promise<void> {
  onProgress({ phase: 'kind', detail: `creating ${name}` });
  const onLine = (line: string) => {
    const step = /^ • (.*?)[^\w)]*$/.exec(line)?.[1];
    if (step) onProgress({ phase: 'kind', detail: step });
  };
  const args = ['create', 'cluster', '--name', name, '--image', image, '--kubeconfig', kubeconfigOf(name)];
  const { failed, output } = await grouped(program, args, { signal, onLine });
  if (!failed) return;
  if (output.includes('failed to pull image')) {
    throw new UsageError(
      `The node image ${image} could not be pulled: check the network, or use another image. Output of kind:\n${endOf(output)}`,
    );
  }
  throw new Error(`kind could not create a cluster from ${image}. Its output:\n${endOf(output)}`);
}

/** Loads image archives into the node. */
export async function load({ program, name }: KindTool, archives: string[], signal: AbortSignal): Promise<void> {
  for (const archive of archives) {
    const { failed, output } = await grouped(program, ['load', 'image-archive', '--name', name, archive], { signal });
    if (failed) throw new Error(`kind could not load images into ${name}. Its output:\n${endOf(output)}`);
  }
}

/** Deletes a cluster and its files on disk. Succeeds if there is no such cluster. */
export async function remove({ program, name }: KindTool): Promise<void> {
  const args = ['delete', 'cluster', '--name', name, '--kubeconfig', kubeconfigOf(name)];
  const { failed, output } = await grouped(program, args);
  if (failed)
    throw new Error(
      `The cluster is still there: kind delete cluster --name ${name}. Output of kind:\n${endOf(output)}`,
    );
  await rm(directoryOf(name), { recursive: true, force: true });
}

/** How long the engine may go on creating a container after its client was killed. Nothing reports when it is done. */
const ENGINE_MS = 1_000;

/** Deletes a cluster whose creation was interrupted; twice, as the engine may still be creating its container. */
export async function removeHalfMade(kind: KindTool): Promise<void> {
  await remove(kind);
  await pause(ENGINE_MS);
  await remove(kind);
}

/** Returns the last lines of kind's error. What it prints before the error is only progress. */
function endOf(output: string): string {
  return output
    .slice(Math.max(output.indexOf('ERROR: '), 0))
    .split('\n')
    .slice(-8)
    .join('\n');
}
