import { UsageError } from '../errors.ts';
import { leaseOf, renewed } from '../kube/lease.ts';
import { create, list, patch, read } from '../kube/objects.ts';
import { owned } from '../kube/ownership.ts';
import type { KubeObject } from '../model/types.ts';
import { workloadObjects } from './manifests.ts';
import { type Readiness, readiness } from './ready.ts';
import type { Run } from './run.ts';
import { timeouts } from './settings.ts';
import { waitFor } from './wait.ts';

/** The name of the Lease in a run's `full` namespace that says the run is alive. */
export const RUN_LEASE = 'automtls';

/**
 * Makes the task's three namespaces with their workloads and waits until every pod is ready.
 * @returns each workload's readiness at the end, ready or not
 * @throws UsageError where the cluster refuses an object
 */
export async function deploy(run: Run): Promise<Readiness[]> {
  const objects = workloadObjects(run.namespaces).map((object) => injected(object, run));
  const of = (...kinds: string[]): KubeObject[] => objects.filter(({ kind }) => kinds.includes(kind));
  const make = async (some: KubeObject[]): Promise<void> => {
    const creations = some.map((object) => create(run.kube, object, run.id));
    // Where one is refused, the others must be there or not before anything is taken away.
    await Promise.allSettled(creations);
    await Promise.all(creations);
  };

  run.onProgress({ phase: 'workloads', detail: 'making three namespaces' });
  await make(of('Namespace'));
  await heartbeat(run);
  await make(of('ServiceAccount', 'Service'));
  await certificates(run, of('Namespace'));
  await make(of('Deployment'));

  const { workloads } = run.topology;
  let latest: Readiness[] = [];
  await waitFor(
    async () => {
      latest = await readiness(run.kube, run.id, workloads);
      const running = latest.filter((one) => one.running).length;
      run.onProgress({ phase: 'workloads', done: running, total: latest.length, detail: 'pods READY' });
      return running === latest.length ? true : undefined;
    },
    timeouts.readyMs,
    run.signal,
  );
  return latest;
}

/** A control plane with a revision injects by another label than the default one. */
function injected(object: KubeObject, run: Run): KubeObject {
  const { labels } = object.metadata;
  if (object.kind !== 'Namespace' || labels?.['istio-injection'] === undefined) return object;
  const { 'istio-injection': _, ...others } = labels;
  const { key, value } = run.istio.injectionLabel;
  return { ...object, metadata: { ...object.metadata, labels: { ...others, [key]: value } } };
}

/** Holds the run's Lease and renews it, so that no other run takes this one for dead. */
async function heartbeat(run: Run): Promise<void> {
  const lease = leaseOf({ namespace: run.namespaces.full, name: RUN_LEASE }, timeouts.leaseMs);
  await create(run.kube, lease, run.id);
  const timer = setInterval(() => {
    // A renewal that fails is tried again by the next, several times before the lease runs out.
    patch(run.kube, owned(renewed(lease), run.id)).catch(() => {});
  }, timeouts.heartbeatMs);
  timer.unref();
  run.unwinding.add('ending the heartbeat', async () => clearInterval(timer));
}

/**
 * Waits for the root certificates that pods mount. A pod made before them fails to mount once, and the kubelet tries
 * again only after its back-off, which costs more than all the rest. Not every release has them, so nothing hangs on it.
 */
async function certificates(run: Run, namespaces: KubeObject[]): Promise<void> {
  const maps = await list(
    run.kube,
    { apiVersion: 'v1', kind: 'ConfigMap' },
    { namespace: run.istio.mesh.rootNamespace },
  );
  const names = ['kube-root-ca.crt', 'istio-ca-root-cert'].filter((name) =>
    maps.some(({ metadata }) => metadata.name === name),
  );
  await Promise.all(
    namespaces.flatMap(({ metadata }) =>
      names.map((name) => {
        const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: metadata.name, name } };
        return waitFor(() => read(run.kube, map), timeouts.certificateMs, run.signal);
      }),
    ),
  );
}

/**
 * Returns one sentence for the workloads that are not as the task shows them, or undefined where all are.
 * A missing or an unexpected sidecar is told apart from a pod that does not start.
 */
export function wrongReadiness(all: Readiness[]): string | undefined {
  const wrong = all.filter(({ ready, wanted, running }) => !running || ready !== wanted);
  if (wrong.length === 0) return undefined;
  return `${wrong.map(sentence).join('; ')}.`;
}

function sentence({ workload, ready, wanted, running, waiting }: Readiness): string {
  const name = `${workload.namespace}/${workload.name}`;
  if (!running)
    return `${name} is ${ready}, not ${wanted}, after ${timeouts.readyMs / 1000} s${waiting === '' ? '' : ` (${waiting})`}`;
  if (workload.sidecar) {
    return `${name} is READY ${ready}, not ${wanted}: it has no sidecar, so injection did not work; look at the namespace's label and istiod's webhook`;
  }
  return `${name} is READY ${ready}, not ${wanted}: it was given a sidecar that it must not have`;
}

/** @throws UsageError where a namespace of the run is there already. */
export async function assertFree(run: Pick<Run, 'kube' | 'namespaces'>): Promise<void> {
  const found = await Promise.all(
    Object.values(run.namespaces).map((name) =>
      read(run.kube, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }),
    ),
  );
  const taken = found.flatMap((namespace) => (namespace === undefined ? [] : [namespace.metadata.name]));
  if (taken.length > 0) {
    throw new UsageError(
      `Namespace ${taken.join(', ')} is there already and is not this run's: it stays as it is; run again.`,
    );
  }
}
