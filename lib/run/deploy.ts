import { typeOf } from '../kinds/index.ts';
import {
  lookForRejections,
  type PreparedRun,
  type Readiness,
  type Run,
  readiness,
  type Strangers,
  withReasons,
} from '../mesh/index.ts';
import { type KubeObject, nameOf, type Workload, workloadName } from '../model/index.ts';
import { UsageError } from '../platform/errors.ts';
import {
  create,
  keepRenewing,
  leaseOf,
  list,
  mergePatch,
  RECORD,
  RUN_LEASE,
  read,
  recordText,
} from '../platform/kube/index.ts';
import { unlessLate, waitFor } from '../platform/wait.ts';
import { workloadObjects } from '../scenario/index.ts';
import { reasonWords, rejectionReasons, unreadReasons, type VerdictReason } from '../verdict/index.ts';
import { STRANGERS } from './strangers/kinds.ts';
import { makeStrangers } from './strangers/make.ts';
import { strangersNamespace } from './strangers/objects.ts';

/**
 * Creates the namespaces and workloads of the run's topologies, and waits until every pod is ready or will never be.
 * @throws UsageError if the cluster refuses an object
 */
export async function deploy(run: PreparedRun): Promise<Deployed> {
  const objects = workloadObjects(run.topologies, run.namespaces).map((object) =>
    injected(object, run.istio.injectionLabel),
  );
  const of = (...kinds: string[]): KubeObject[] => objects.filter(({ kind }) => kinds.includes(kind));
  const made: KubeObject[] = [];
  const make = async (some: KubeObject[]): Promise<void> => {
    const creations = some.map((object) => create(run.kube, object, run.id));
    // If one is refused, the calls for the others must end before the teardown begins.
    await Promise.allSettled(creations);
    made.push(...(await Promise.all(creations)));
  };

  const outside = run.namespaces[STRANGERS];
  const namespaces = [...of('Namespace'), ...(outside === undefined ? [] : [strangersNamespace(outside)])];
  await makeNamespaces(run, namespaces);
  await make(of('ServiceAccount', 'Service'));
  await certificates(run, namespaces);
  const deployments = of('Deployment');
  const { deploymentsPerWave } = run.limits;
  let isOver = false;
  const making = outside === undefined ? undefined : makeStrangers(run, outside, () => isOver);
  let waited: Waited;
  try {
    let next = 0;
    do {
      await make(deployments.slice(next, next + deploymentsPerWave));
      waited = await awaitReady(run, made);
      next += deploymentsPerWave;
    } while (next < deployments.length && wrongReadiness(waited.pods).length === 0);
  } finally {
    isOver = true;
    await making;
  }
  const others = await making;
  return { ...waited, made: [...made, ...(others?.made ?? [])], ...(others && { strangers: others.strangers }) };
}

/** What was made of a run's workloads, and what became of them. */
export interface Deployed extends Waited {
  /** All that the run created, but for its namespaces, as the API server stored it. */
  made: KubeObject[];
  /** Absent if the run needs none. */
  strangers?: Strangers;
}

/** The result of waiting for the workloads. */
export interface Waited {
  /** The readiness of each pod at the end of the wait. */
  pods: Readiness[];
  waitedMs: number;
  /** What istiod's log says about sidecars that do not become ready, or why it was not read. */
  istiodLog?: string;
}

/**
 * Waits until every pod is ready. Stops early if a sidecar that is not ready has rejected its configuration, since
 * waiting longer would not help.
 */
async function awaitReady(run: PreparedRun, made: KubeObject[]): Promise<Waited> {
  const { readyMs, rejectionsMs } = run.limits;
  const begunAt = performance.now();
  let lookAt = begunAt + rejectionsMs;
  let pods: Readiness[] = [];
  let istiodLog: string | undefined;
  await waitFor(
    async () => {
      pods = await readiness(run.kube, run.id, madeWorkloads(run, made));
      const running = pods.filter((state) => state.running).length;
      run.onProgress({ phase: 'workloads', done: running, total: pods.length, detail: 'pods READY' });
      if (running === pods.length) return true;
      if (performance.now() < lookAt) return false;
      const { found, ...unread } = await lookForRejections(run, performance.now() - begunAt);
      lookAt = performance.now() + rejectionsMs;
      const final = found.filter((rejection) =>
        pods.some(
          ({ workload, pod, configured }) =>
            !configured && pod === rejection.pod && workload.namespace === rejection.namespace,
        ),
      );
      const said = final.length > 0 ? rejectionReasons(final) : unreadReasons(unread);
      if (said.length > 0) istiodLog = said.map(reasonWords).join('; ');
      return final.length > 0;
    },
    { what: 'pods READY', limitMs: readyMs, signal: run.signal },
  ).catch(unlessLate);
  const waitedMs = performance.now() - begunAt;
  return { pods: await withReasons(run.kube, pods), waitedMs, ...(istiodLog !== undefined && { istiodLog }) };
}

/** Returns the workloads whose Deployments the run has created so far. */
function madeWorkloads({ topology }: Pick<PreparedRun, 'topology'>, made: KubeObject[]): Workload[] {
  const paths = new Set(
    made.filter(({ kind }) => kind === 'Deployment').map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
  );
  return topology.workloads.filter(({ namespace, name }) => paths.has(`${namespace}/${name}`));
}

/** Returns the object; a Namespace with the control plane's injection label, since one with a revision has another. */
export function injected(object: KubeObject, { key, value }: Run['istio']['injectionLabel']): KubeObject {
  const { labels } = object.metadata;
  if (object.kind !== 'Namespace' || labels?.['istio-injection'] !== 'enabled') return object;
  const { 'istio-injection': _, ...others } = labels;
  return { ...object, metadata: { ...object.metadata, labels: { ...others, [key]: value } } };
}

/**
 * Creates the namespaces and records their uids, since a later run may delete only recorded namespaces. A uid is known
 * only once its namespace exists. So this creates the namespace that holds the record, then the record with that uid,
 * then the other namespaces, and records these before anything is put into them. Each is unrecorded for just one call.
 */
async function makeNamespaces(run: PreparedRun, [home, ...others]: KubeObject[]): Promise<void> {
  run.onProgress({ phase: 'workloads', detail: `making ${others.length + 1} namespaces` });
  const make = async (namespace: KubeObject): Promise<void> => {
    run.mesh.ownNamespaces.push(await create(run.kube, namespace, run.id));
  };
  await make(home as KubeObject);
  const header = leaseOf({ namespace: (home as KubeObject).metadata.name, name: RUN_LEASE }, run.limits.leaseMs);
  const { apiVersion, kind, metadata } = header;
  const record = () => ({ annotations: { [RECORD]: recordText(run.mesh.ownNamespaces) } });
  const lease = await create(run.kube, { ...header, metadata: { ...metadata, ...record() } }, run.id);
  const rest = keepRenewing(run.kube, lease, run.limits.heartbeatMs);
  run.cleanup.add('ending the heartbeat', async () => rest());
  const creations = others.map(make);
  await Promise.allSettled(creations);
  await mergePatch(run.kube, { apiVersion, kind, metadata: { ...metadata, ...record() } });
  await Promise.all(creations);
}

/**
 * Waits for the root certificates that pods mount. If a pod is created before them, its mount fails once, and the
 * kubelet tries again only after its back-off, which takes longer than everything else. Not every release has these
 * certificates, so it is no error if one is missing.
 */
async function certificates(run: PreparedRun, namespaces: KubeObject[]): Promise<void> {
  const { signal, limits } = run;
  const limitMs = limits.certificateMs;
  const maps = await list(run.kube, typeOf('ConfigMap'), { namespace: run.istio.mesh.rootNamespace });
  const names = ['kube-root-ca.crt', 'istio-ca-root-cert'].filter((name) =>
    maps.some(({ metadata }) => metadata.name === name),
  );
  await Promise.all(
    namespaces.flatMap(({ metadata }) =>
      names.map((name) => {
        const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: metadata.name, name } };
        return waitFor(() => read(run.kube, map), { what: nameOf(map), limitMs, signal }).catch(unlessLate);
      }),
    ),
  );
}

/** Returns a reason for each pod that is not as it must be before anything is asked; none if all are. */
export function wrongReadiness(
  all: Readiness[],
  { waitedMs }: Partial<Pick<Waited, 'waitedMs'>> = {},
): VerdictReason[] {
  return all.flatMap(({ workload, ready, wanted, running, sidecar, waiting }): VerdictReason[] => {
    if (running && sidecar === workload.sidecar) return [];
    const known = { workload: workloadName(workload), ready, wanted };
    if (running) return [{ code: workload.sidecar ? 'not-injected' : 'injected', ...known }];
    const more = { ...(waiting !== '' && { waiting }), ...(waitedMs !== undefined && { afterMs: waitedMs }) };
    return [{ code: 'pod-not-running', ...known, ...more }];
  });
}

/** @throws UsageError if a namespace of the run already exists */
export async function assertFree(run: Pick<Run, 'kube' | 'namespaces'>): Promise<void> {
  const found = await Promise.all(
    Object.values(run.namespaces).map((name) =>
      read(run.kube, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }),
    ),
  );
  const taken = found.flatMap((namespace) => (namespace === undefined ? [] : [namespace.metadata.name]));
  if (taken.length === 0) return;
  const names = taken.join(', ');
  // Those with the run's id in their names are another run's, by chance; others have the names of a topology that keeps them.
  const isKept = taken.some((name) => Object.hasOwn(run.namespaces, name));
  throw new UsageError(
    isKept
      ? `Namespace ${names} is there already, and this run would make it by that name: it stays as it is. Delete it, wait for the run that made it, or use another cluster, such as one that this run makes: leave --native-name out.`
      : `Namespace ${names} is there already and is not this run's: it stays as it is; run again.`,
  );
}
