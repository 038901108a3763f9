import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { images } from '../../build/images.ts';
import { withLock } from '../../build/lock.ts';
import { ensurePackages } from '../../build/packages.ts';
import { type IstioVersion, programs } from '../../build/programs.ts';
import { UsageError } from '../../errors.ts';
import { installIstio } from '../../istio/install.ts';
import { snapshot } from '../../istio/snapshot.ts';
import type { Cluster, OnProgress } from '../types.ts';
import { boot } from './boot.ts';
import { Inside } from './inside.ts';
import { stateDirectory } from './layout.ts';
import { childrenOf, isRunning, processId, readRecord, writeRecord } from './record.ts';
import { remove } from './remove.ts';
import { type Store, store } from './store.ts';

interface Build {
  istio: string;
  onProgress: OnProgress;
  signal: AbortSignal;
}

/** Builds everything that `up` needs and isn't in the cache. */
export async function prepare(options: Build): Promise<void> {
  await artefacts(options);
}

/**
 * Boots a cluster with Istio in it, which then runs until `down`; returns the one that runs already, if it has the same
 * Istio. If this process ends before, so does the cluster.
 */
export async function up({ name, ...options }: Build & { name: string }): Promise<Cluster> {
  checkName(name);
  const built = await artefacts(options);
  const { onProgress, signal } = options;
  return exclusively(name, onProgress, signal, async () => {
    const state = stateDirectory(name);
    const before = await status(name);
    if (before.state === 'running' && before.istio !== options.istio) {
      throw new UsageError(
        `The cluster ${name} runs with Istio ${before.istio}, not ${options.istio}: take it down first.`,
      );
    }
    if (before.state !== 'running') {
      await remove(name);
      await make(name, state, built, options);
    }
    return cluster(name);
  });
}

/** Removes a cluster, in whatever state it is, and everything that is left of it. */
export async function down({ name, onProgress }: { name: string; onProgress: OnProgress }): Promise<void> {
  checkName(name);
  await exclusively(name, onProgress, undefined, () => remove(name));
}

/** Tells what there is of a cluster; `dead` is one that isn't complete, or not any more. */
export async function status(
  name: string,
): Promise<{ state: 'absent' | 'running' | 'dead'; istio?: string; kubeconfig?: string; since?: Date }> {
  const state = stateDirectory(name);
  if (!existsSync(state)) return { state: 'absent' };
  const record = await readRecord(state);
  if (!record?.complete || !(await Promise.all(record.processes.map(isRunning))).every(Boolean))
    return { state: 'dead' };
  const { istio, since } = record;
  return { state: 'running', istio, kubeconfig: join(state, 'kubeconfig'), since: new Date(since) };
}

type Artefacts = { programs: string; store: Store; source: Awaited<ReturnType<typeof snapshot>> };

async function artefacts({ istio, ...options }: Build): Promise<Artefacts> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new UsageError('The native cluster needs root on Linux: run it with sudo, or use another cluster.');
  }
  if (istio !== '1.31-dev' && istio !== '1.30-dev') {
    throw new UsageError(`The native cluster has Istio 1.31-dev and 1.30-dev, not ${istio}: choose one of these.`);
  }
  await ensurePackages(options.onProgress);
  const archives = await images(istio, options);
  return {
    programs: await programs(options),
    store: await store(Object.values(archives), options),
    source: await snapshot(istio satisfies IstioVersion, options),
  };
}

async function make(
  name: string,
  state: string,
  built: Artefacts,
  { istio, onProgress, signal }: Build,
): Promise<void> {
  await mkdir(join(state, 'logs'), { recursive: true });
  const inside = new Inside(state);
  try {
    await inside.run([]);
    const processes = await Promise.all([inside.pid, ...(await childrenOf(inside.pid))].map(processId));
    const record = {
      name,
      istio,
      processes: processes.filter((one) => one !== undefined),
      since: new Date().toISOString(),
    };
    await writeRecord(state, { ...record, complete: false });
    const { programs, store, source } = built;
    await boot({ name, state, inside, programs, store, onProgress, signal });
    const install = installIstio({ source, kubeconfig: join(state, 'kubeconfig'), onProgress, signal });
    await Promise.race([install, inside.ended]);
    await writeRecord(state, { ...record, complete: true });
    await inside.keep();
  } catch (error) {
    await remove(name);
    throw error;
  }
}

function cluster(name: string): Cluster {
  return {
    provider: 'native',
    name,
    kubeconfig: join(stateDirectory(name), 'kubeconfig'),
    context: `automtls-${name}`,
    owned: true,
  };
}

function exclusively<T>(name: string, onProgress: OnProgress, signal: AbortSignal | undefined, work: () => Promise<T>) {
  const onWait = () => onProgress({ phase: 'Kubernetes', detail: `waiting for another one who works on ${name}` });
  return withLock(`/run/lock/automtls-cluster-${name}`, { onWait, signal }, work);
}

function checkName(name: string): void {
  if (!/^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$/.test(name)) {
    throw new UsageError(`A cluster's name has up to 30 of a-z, 0-9 and -, unlike "${name}".`);
  }
}
