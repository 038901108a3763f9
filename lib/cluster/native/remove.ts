import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { removeCgroups } from './cgroups.ts';
import { stateDirectory } from './layout.ts';
import { removeLink } from './link.ts';
import { isRunning, type ProcessId, readRecord } from './record.ts';

/** Removes whatever there is of a cluster, in whatever state it is. */
export async function remove(name: string): Promise<void> {
  const state = stateDirectory(name);
  const record = await readRecord(state);
  await Promise.all((record?.processes ?? []).map(kill));
  await Promise.all([
    removeLink(name),
    removeCgroups(name),
    rm(state, { recursive: true, force: true, maxRetries: 10 }),
  ]);
}

/** With either of a cluster's two processes, the kernel ends all others, and lets go of all mounts. */
async function kill(process_: ProcessId): Promise<void> {
  if (await isRunning(process_)) process.kill(process_.pid, 'SIGKILL');
  while (await isRunning(process_)) await sleep(5);
}
