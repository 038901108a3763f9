import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../../builds/index.ts';
import { UsageError } from '../../errors.ts';
import { explainFullDisk, makeUserFolder } from '../../folder.ts';
import { isRunning } from '../../machine.ts';
import type { OnProgress } from '../../progress.ts';
import type { Cluster } from '../types.ts';
import { AUDIT_LOG } from './components.ts';
import { artefacts } from './kept/artefacts.ts';
import { stateDirectory, stateRoot } from './kept/layout.ts';
import { assertNotElsewhere } from './kept/owner.ts';
import { prune } from './kept/prune.ts';
import { readRecord } from './kept/record.ts';
import { exclusively, remove, removeDead } from './kept/remove.ts';
import { make } from './make.ts';

interface Build {
  istio: string;
  /** Paths of additional patches of Istio's source, to break it on purpose. */
  patches?: string[];
  onProgress: OnProgress;
  signal: AbortSignal;
}

export interface Running {
  state: 'running';
  istio: string;
  /** Path of its kubeconfig. */
  kubeconfig: string;
  since: Date;
}

/** The state of a cluster. A `dead` one was never completed, or its processes have ended. */
export type Status = { state: 'absent' | 'dead' } | Running;

/**
 * Boots a cluster with Istio. If it is already running with the same Istio, returns that.
 * @param wanted.lasting whether it runs until `down`; otherwise it ends with this process, even if that is killed
 * @param wanted.audit whether its API server writes down every request, which `auditLog` then names
 * @throws UsageError if the name cannot be used, or one of that name runs with another Istio or with its state
 * elsewhere; if the user's folders cannot be written
 */
export async function up(wanted: Build & { name: string; lasting: boolean; audit?: boolean }): Promise<Cluster> {
  const { name, istio, patches, onProgress, signal } = wanted;
  assertName(name);
  const there = await status(name);
  if (there.state === 'running' && there.istio === istio) return clusterOf(name);
  // Before minutes of building.
  await assertNotElsewhere(name);
  await makeUserFolder('XDG_STATE_HOME', stateRoot());
  await makeUserFolder('XDG_CACHE_HOME', cacheDirectory());
  const built = await artefacts(istio, { patches, onProgress, signal });
  await removeDead(name);
  await exclusively(name, { onProgress, signal }, async () => {
    const before = await status(name);
    if (before.state !== 'running') {
      await remove(name);
      const made = make(wanted, built).catch((error: unknown) => {
        throw explainFullDisk(error, 'XDG_STATE_HOME', stateRoot());
      });
      await Promise.all([made, prune()]);
    } else if (before.istio !== istio) {
      throw new UsageError(`The cluster ${name} runs Istio ${before.istio}, not ${istio}: take it down first.`);
    }
  });
  return clusterOf(name);
}

/**
 * Removes a cluster in any state, and everything that is left of dead ones.
 * @param wanted.signal ends the wait for another process that works on the cluster; without it, the wait has no end
 */
export async function down(wanted: { name: string; onProgress: OnProgress; signal?: AbortSignal }): Promise<void> {
  const { name } = wanted;
  assertName(name);
  await exclusively(name, wanted, () => remove(name));
  await removeDead(name);
}

/** Returns the state of a cluster. */
export async function status(name: string): Promise<Status> {
  const state = stateDirectory(name);
  if (!existsSync(state)) return { state: 'absent' };
  const record = await readRecord(state);
  if (!record?.complete) return { state: 'dead' };
  if (!record.processes.every(isRunning)) return { state: 'dead' };
  const { istio, since } = record;
  return { state: 'running', istio, kubeconfig: join(state, 'kubeconfig'), since: new Date(since) };
}

/** Returns the path of the file in which a cluster's API server writes down every request, one in a line of JSON. */
export function auditLog(name: string): string {
  return join(stateDirectory(name), AUDIT_LOG);
}

function clusterOf(name: string): Cluster {
  const kubeconfig = join(stateDirectory(name), 'kubeconfig');
  return { provider: 'native', name, kubeconfig, context: `automtls-${name}`, owned: true };
}

/** @throws UsageError if a cluster cannot have this name */
export function assertName(name: string): void {
  if (!/^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$/.test(name)) {
    throw new UsageError(`A cluster's name has up to 30 characters of a-z, 0-9 and -, not "${name}": choose another.`);
  }
}
