import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { ifUnlocked, withLock } from '../../../builds/index.ts';
import { UsageError } from '../../../errors.ts';
import { defaultLimits } from '../../../limits.ts';
import { isRunning, type ProcessId } from '../../../machine.ts';
import type { OnProgress } from '../../../progress.ts';
import { waitFor } from '../../../wait.ts';
import { hasProcesses, removeCgroups } from '../machine/cgroups.ts';
import { removeLink } from '../machine/link.ts';
import { clusterNames, stateDirectory } from './layout.ts';
import { assertNotElsewhere, elsewhere } from './owner.ts';
import { readRecord } from './record.ts';

/** Runs `work` on a cluster while no other process works on it. */
export async function exclusively(
  name: string,
  { onProgress, signal }: { onProgress: OnProgress; signal?: AbortSignal },
  work: () => Promise<void>,
): Promise<void> {
  const onWait = () =>
    onProgress({ phase: 'Kubernetes', detail: `waiting for another process to finish with ${name}` });
  await withLock(lockOf(name), { onWait, signal }, work);
}

/**
 * Removes a cluster, in any state.
 * @throws UsageError if a cluster of this name runs with its state in another directory
 */
export async function remove(name: string): Promise<void> {
  const state = stateDirectory(name);
  const record = await readRecord(state);
  await assertNotElsewhere(name);
  if (record === undefined && (await hasProcesses(name))) {
    throw new UsageError(
      `A native cluster ${name} runs on this machine, but ${state} has no record of it, and its processes do not show whose it is: it may belong to a container. Start another beside it with npx automtls cluster up --native-name NAME.`,
    );
  }
  await Promise.all((record?.processes ?? []).map(kill));
  await Promise.all([removeLink(name), removeCgroups(name), removeState(name)]);
}

async function removeState(name: string): Promise<void> {
  const state = stateDirectory(name);
  if (existsSync(state)) await rm(state, { recursive: true, force: true, maxRetries: 10 });
}

/** Removes what is left of other clusters that ended without `down`. */
export async function removeDead(except: string): Promise<void> {
  const names = await clusterNames();
  await Promise.all(
    names.filter((name) => name !== except).map((name) => ifUnlocked(lockOf(name), () => removeIfDead(name))),
  );
}

async function removeIfDead(name: string): Promise<void> {
  const record = await readRecord(stateDirectory(name));
  if (record?.processes.some(isRunning)) return;
  // Its link and its control groups have the name alone, so they may belong to a cluster that runs.
  if ((await elsewhere(name)) === undefined) await remove(name);
  else await removeState(name);
}

function lockOf(name: string): string {
  return `/run/lock/automtls-cluster-${name}`;
}

/**
 * Kills a process of the record. With either of the two, the kernel ends all other processes and removes all mounts.
 */
async function kill(target: ProcessId): Promise<void> {
  if (isRunning(target)) process.kill(target.pid, 'SIGKILL');
  const what = `the killed process ${target.pid} to end`;
  await waitFor(async () => !isRunning(target), { what, limitMs: defaultLimits.killMs, everyMs: 5 });
}
