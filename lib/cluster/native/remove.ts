import { readdir, rm } from 'node:fs/promises';
import { ifUnlocked, withLock } from '../../build/lock.ts';
import { UsageError } from '../../errors.ts';
import { defaultLimits } from '../../limits.ts';
import { isRunning, type ProcessId } from '../../machine.ts';
import { waitFor } from '../../wait.ts';
import type { OnProgress } from '../types.ts';
import { hasProcesses, removeCgroups } from './cgroups.ts';
import { stateDirectory, stateRoot } from './layout.ts';
import { removeLink } from './link.ts';
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
 * @throws UsageError if a cluster of this name is running without a record in this state directory
 */
export async function remove(name: string): Promise<void> {
  const state = stateDirectory(name);
  const record = await readRecord(state);
  if (record === undefined && (await hasProcesses(name))) {
    throw new UsageError(
      `A native cluster ${name} runs on this machine, but ${state} has no record of it: it was started with another XDG_STATE_HOME or by another user, who can take it down with npm run cluster -- down.`,
    );
  }
  await Promise.all((record?.processes ?? []).map(kill));
  await Promise.all([
    removeLink(name),
    removeCgroups(name),
    rm(state, { recursive: true, force: true, maxRetries: 10 }),
  ]);
}

/** Removes what is left of other clusters that ended without `down`. */
export async function removeDead(except: string): Promise<void> {
  const names = await readdir(stateRoot()).catch(() => []);
  await Promise.all(
    names.filter((name) => name !== except).map((name) => ifUnlocked(lockOf(name), () => removeIfDead(name))),
  );
}

async function removeIfDead(name: string): Promise<void> {
  const record = await readRecord(stateDirectory(name));
  if (!record?.processes.some(isRunning)) await remove(name);
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
