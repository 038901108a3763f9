import type { Cluster, OnProgress } from '../cluster/types.ts';
import { InconclusiveError, messageOf, UsageError } from '../errors.ts';
import { detect, type Istio } from '../istio/detect.ts';
import { connect, type Kube } from '../kube/connect.ts';
import { amend, erase, list } from '../kube/objects.ts';
import { KEEP_LABEL, RUN_LABEL } from '../kube/ownership.ts';
import { purge } from '../kube/purge.ts';
import { demand } from '../kube/rights.ts';
import { topologyOf } from '../model/topology.ts';
import { openAskers } from './askers.ts';
import { assertFree, deploy, wrongReadiness } from './deploy.ts';
import { workloadObjects } from './manifests.ts';
import { meshDisturbed } from './mesh.ts';
import { foreignPolicies } from './policies.ts';
import { rightsFor } from './rights.ts';
import { namespacesOf, newId, type Run } from './run.ts';
import { patience, timeouts } from './settings.ts';
import { sweep } from './sweep.ts';
import { unwinding } from './unwinding.ts';

export interface StartOptions {
  cluster: Cluster;
  /** Istio's version, where the user named it. */
  istio?: string | undefined;
  /** A suite of the run changes the mesh for everybody. */
  meshWide: boolean;
  /** Leave the namespaces in place at the end. */
  keep: boolean;
  signal: AbortSignal;
  onProgress: OnProgress;
}

/**
 * Looks whether the cluster is fit for a run and takes away what dead runs left. Makes nothing.
 * @throws UsageError with the remedy, where it is not fit
 */
export async function prepare(options: StartOptions): Promise<Run> {
  const { cluster, onProgress, signal } = options;
  onProgress({ phase: 'cluster', detail: `looking at ${cluster.name}` });
  const kube = await connect(cluster);
  const id = newId();
  const namespaces = namespacesOf(id);
  await demand(kube, rightsFor(kube, options.meshWide));
  let istio = await detect(kube, options.istio);
  const swept = await sweep(kube, { istio, kept: false });
  for (const done of swept) onProgress({ phase: 'sweep', detail: done });
  // A dead run's mesh configuration may have been put back.
  if (swept.length > 0) istio = await detect(kube, options.istio);
  if (!istio.mesh.autoMtls) throw new UsageError(autoMtlsOff(kube, istio));
  await assertFree({ kube, namespaces });
  const run: Run = {
    id,
    cluster,
    kube,
    istio,
    namespaces,
    topology: topologyOf(workloadObjects(namespaces), istio.mesh.release),
    patience,
    signal,
    onProgress,
    unwinding: unwinding(),
    askers: new Map(),
    foreign: await foreignPolicies(kube),
    inForce: [],
    autoMtls: istio.mesh.autoMtls,
    expected: new Map(),
  };
  const disturbed = await meshDisturbed(run);
  if (disturbed !== undefined) throw new UsageError(`${kube.label}: ${disturbed}; run again when it has ended.`);
  return run;
}

/**
 * Makes the run's workloads and opens the shells in its client pods. What is wrong with the pods blocks the run.
 * @throws UsageError where the cluster refuses an object
 */
export async function populate(run: Run, options: Pick<StartOptions, 'keep'>): Promise<void> {
  if (options.keep) run.unwinding.add('marking the namespaces as kept', () => markKept(run));
  else run.unwinding.add('deleting the namespaces', () => deleteNamespaces(run));
  const pods = await deploy(run);
  const wrong = wrongReadiness(pods);
  if (wrong !== undefined) {
    run.blocked = wrong;
    return;
  }
  await openAskers(run, pods).catch((error: unknown) => {
    if (!(error instanceof InconclusiveError)) throw error;
    run.blocked = error.message;
  });
}

/** Marks the run's namespaces so that only `--sweep` takes them away. */
async function markKept(run: Run): Promise<void> {
  const namespaces = await list(
    run.kube,
    { apiVersion: 'v1', kind: 'Namespace' },
    { labels: `${RUN_LABEL}=${run.id}` },
  );
  const header = ({ name }: { name: string }) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { [KEEP_LABEL]: 'true' } },
  });
  await Promise.all(namespaces.map(({ metadata }) => amend(run.kube, header(metadata))));
}

/**
 * Deletes the namespaces, and their Deployments at the same time: the namespace controller waits five seconds before it
 * looks, and if it then meets a pod it comes back only after a pause. On a cluster that this project made nothing waits.
 */
async function deleteNamespaces({ kube, id, cluster, namespaces, onProgress }: Run): Promise<void> {
  const labels = `${RUN_LABEL}=${id}`;
  const deployments = await Promise.all(
    Object.values(namespaces).map((namespace) =>
      list(kube, { apiVersion: 'apps/v1', kind: 'Deployment' }, { namespace, labels }),
    ),
  );
  const own = await list(kube, { apiVersion: 'v1', kind: 'Namespace' }, { labels });
  await Promise.all([...own, ...deployments.flat()].map((object) => erase(kube, object)));
  if (!cluster.owned) return;
  await purge(kube, own, timeouts.purgeMs).catch((error: unknown) => {
    onProgress({ phase: 'teardown', detail: `left to the namespace controller: ${messageOf(error)}` });
  });
}

function autoMtlsOff(kube: Kube, { configMap }: Istio): string {
  return `${kube.label} has automatic mutual TLS switched off (enableAutoMtls in ConfigMap ${configMap.metadata.namespace}/${configMap.metadata.name}): switch it on, since every step of the task builds on it.`;
}
