import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { istioLayers, together } from '../../builds/index.ts';
import { makeFolder } from '../../folder.ts';
import { type BuiltIstio, installIstio } from '../../istio/index.ts';
import { processId } from '../../machine.ts';
import type { OnProgress } from '../../progress.ts';
import { applyDefinitions } from './addons.ts';
import { bootControlPlane, bootNode } from './boot.ts';
import type { Artefacts } from './kept/artefacts.ts';
import { stateDirectory } from './kept/layout.ts';
import { childrenOf, writeRecord } from './kept/record.ts';
import { remove } from './kept/remove.ts';
import type { Store } from './kept/store.ts';
import { Inside } from './machine/inside.ts';

interface NewCluster {
  name: string;
  istio: string;
  lasting: boolean;
  audit?: boolean | undefined;
  onProgress: OnProgress;
  signal: AbortSignal;
}

/** If a program inside ends, others fail because of it. Their errors may arrive this much earlier than its own. */
const HEARD_MS = 100;

/** Creates a cluster with Istio. If that fails, removes everything that was created. */
export async function make(wanted: NewCluster, built: Artefacts): Promise<void> {
  const state = stateDirectory(wanted.name);
  await makeFolder(join(state, 'logs'));
  const inside = new Inside(state);
  try {
    await fill(inside, state, wanted, built);
  } catch (error) {
    await pause(HEARD_MS);
    const cause = wanted.signal.aborted || !inside.signal.aborted ? error : inside.signal.reason;
    await remove(wanted.name);
    throw cause;
  } finally {
    inside.release();
  }
}

async function fill(inside: Inside, state: string, wanted: NewCluster, parts: Artefacts): Promise<void> {
  const { name, istio, lasting, audit = false, onProgress } = wanted;
  const { programs, store, istio: built } = parts;
  await inside.run([]);
  const processes = [inside.pid, ...(await childrenOf(inside.pid))]
    .map(processId)
    .filter((process) => process !== undefined);
  const { directory, snapshots } = store;
  const sources = { state, programs, store: directory, snapshots, layers: layersOf(store, built) };
  const uses = [programs, directory, ...Object.values(sources.layers)];
  const record = { name, istio, processes, uses, since: new Date().toISOString() };
  await writeRecord(state, { ...record, complete: false });

  const signal = AbortSignal.any([wanted.signal, inside.signal]);
  const boot = { name, inside, sources, audit, onProgress, signal };
  const booted = await bootControlPlane(boot);
  await together(signal, [
    (signal) => bootNode({ ...boot, signal }, booted),
    async (signal) => {
      const names = await applyDefinitions(booted.api, built.definitions);
      const rest = { ...built.source, values: [...built.source.values, ...built.leftOut(names)] };
      await installIstio({ source: rest, kubeconfig: join(state, 'kubeconfig'), onProgress, signal });
    },
  ]);
  booted.api.close();

  // Before `keep`, so that a cluster that outlives this process is never recorded as incomplete.
  await writeRecord(state, { ...record, complete: true });
  if (lasting) await inside.keep();
}

/** Returns the directories of Istio's layers, by the names of the snapshots that they replace. */
function layersOf({ places }: Store, { layers }: BuiltIstio): Record<string, string> {
  return Object.fromEntries(istioLayers.map((layer) => [places[layer], layers[layer]]));
}
