import { randomInt } from 'node:crypto';
import { typeOf } from '../kinds/index.ts';
import {
  awaitIstiod,
  awaitKnown,
  awaitServing,
  detectSettled,
  type Learned,
  lookAtMesh,
  newId,
  nothingOnMesh,
  otherRunOf,
  type PreparedRun,
  type Run,
  rightsFor,
  watchingOn,
  withAddresses,
} from '../mesh/index.ts';
import { hasSidecar, type KubeObject, topologyOf, workloadNamed } from '../model/index.ts';
import { cleanupStack } from '../platform/cleanup-stack.ts';
import type { Cluster } from '../platform/clusters/index.ts';
import { InconclusiveError, messageOf, UsageError } from '../platform/errors.ts';
import {
  assertPermissions,
  connect,
  create,
  KEEP_LABEL,
  list,
  mergePatch,
  purge,
  RUN_LABEL,
} from '../platform/kube/index.ts';
import { defaultLimits, type Limits } from '../platform/limits.ts';
import type { OnProgress } from '../platform/progress.ts';
import { type Strategy, thorough, variationsOf } from '../probe/index.ts';
import { namespacesOf, placed, type Topology, workloadObjects } from '../scenario/index.ts';
import { reasonWords, type Sensitivity, usualSensitivity, type VerdictReason } from '../verdict/index.ts';
import { removeOutside } from './apply.ts';
import { unmetOf, unmetReason } from './checks/preconditions.ts';
import { assertFree, deploy, wrongReadiness } from './deploy.ts';
import { openProbeClients } from './probe-clients.ts';
import { STRANGERS } from './strangers/kinds.ts';
import { awaitGone, deleteInOrder, sweep, sweptWords } from './sweep.ts';

export interface StartOptions {
  cluster: Cluster;
  /** The topologies to create. */
  topologies: readonly Topology[];
  /** Istio's version, if the user named it. */
  istio?: string | undefined;
  /** Whether a suite of the run changes the mesh for everybody. */
  meshWide: boolean;
  /** The kinds that the run's suites apply, not counting objects in files. */
  kinds?: ReadonlySet<string> | undefined;
  /** Whether a suite of the run needs strangers and impostors. */
  strangers?: boolean | undefined;
  /** The share of wrong answers that each step must find, if not the usual one. */
  sensitivity?: Sensitivity | undefined;
  /** Limits that the user set instead of the usual ones. */
  limits?: Partial<Limits> | undefined;
  /** How to ask each step before its answers count, if not thoroughly. */
  strategy?: Strategy | undefined;
  /** What the variations of requests follow from; chosen at random if absent. */
  seed?: number | undefined;
  /** Whether to leave the namespaces in place at the end. */
  keep: boolean;
  signal: AbortSignal;
  onProgress: OnProgress;
}

/** A run that has created nothing, and what it knows of the mesh. */
export interface Prepared {
  run: PreparedRun;
  learned: Learned;
}

/** A run whose workloads exist, and what it has learned so far. */
export interface Started {
  run: Run;
  learned: Learned;
}

/**
 * Checks that the cluster is suitable for a run, removes what dead runs left, and waits for a run that has changed the
 * mesh. Creates nothing.
 * @throws UsageError with the remedy, if the cluster is not suitable
 */
export async function prepare(options: StartOptions): Promise<Prepared> {
  const { cluster, onProgress, signal, topologies } = options;
  const limits = { ...defaultLimits, ...options.limits };
  onProgress({ phase: 'cluster', detail: `looking at ${cluster.name}` });
  const kube = await connect(cluster);
  const id = newId();
  const outside = options.strangers && { [STRANGERS]: `${STRANGERS}-${id}` };
  const namespaces = { ...namespacesOf(topologies, id), ...outside };
  await assertPermissions(kube, rightsFor(kube, options));
  const istio = await detectSettled({ kube, limits }, options);
  const swept = await sweep(kube, { kept: false });
  for (const dead of swept.deleted) onProgress({ phase: 'sweep', detail: `${sweptWords(dead)} are being deleted` });
  await assertFree({ kube, namespaces });
  const seed = options.seed ?? randomInt(2 ** 31);
  const topology = topologyOf(workloadObjects(topologies, namespaces), istio.mesh.release);
  const run: PreparedRun = {
    id,
    seed,
    variations: variationsFor({ topologies, namespaces, topology }, seed),
    cluster,
    kube,
    istio,
    topologies,
    namespaces,
    topology,
    limits,
    strategy: options.strategy ?? thorough,
    sensitivity: options.sensitivity ?? usualSensitivity,
    asks: new Map(),
    signal,
    onProgress,
    cleanup: cleanupStack(),
    mesh: nothingOnMesh(istio),
  };
  const learned = await lookAtMesh(run);
  await assertSuitable(run, learned);
  tellUnread(run, learned);
  return { run, learned };
}

/** Says at once what the run cannot look at: a check of setup will be inconclusive because of it. */
export function tellUnread({ onProgress }: Pick<Run, 'onProgress'>, { others }: Pick<Learned, 'others'>): void {
  for (const why of others.unread) {
    const detail = `this run will not pass, since what else acts on its workloads cannot be listed (manifests/rights.yaml): ${why}`;
    onProgress({ phase: 'cluster', detail });
  }
}

/** Returns how the requests of each client vary. */
function variationsFor(
  { topologies, namespaces, topology }: Pick<Run, 'topologies' | 'namespaces' | 'topology'>,
  seed: number,
): Run['variations'] {
  const paths = topologies.flatMap(({ clients }) => [...clients.keys()]);
  return new Map(
    paths.map((path) => {
      const workload = workloadNamed(topology.workloads, placed(path, namespaces));
      return [path, variationsOf(seed, path, workload !== undefined && hasSidecar(workload))];
    }),
  );
}

/** The mesh does not meet conditions of every run: exit code 2. */
export class UnsuitableError extends UsageError {
  override name = 'UnsuitableError';

  readonly unmet: VerdictReason[];

  constructor(message: string, unmet: VerdictReason[]) {
    super(message);
    this.unmet = unmet;
  }
}

/** @throws UnsuitableError if the mesh is not as every run finds it, with a remedy for each thing */
export async function assertSuitable(run: PreparedRun, learned: Learned): Promise<void> {
  const istiod = await awaitIstiod(run);
  const unmet = [...(istiod.met ? [] : [istiod]), ...unmetOf(run, learned)];
  if (unmet.length === 0) return;
  const reasons = await Promise.all(
    unmet.map(async (condition) => unmetReason(condition, await otherRunOf(run, condition.objects))),
  );
  const lines = reasons.map((reason) => `- ${reasonWords(reason)}`);
  throw new UnsuitableError(`${run.kube.label} is not suitable for a run:\n${lines.join('\n')}`, reasons);
}

/**
 * Creates the run's workloads and opens the shells in its client pods. A problem with the pods blocks the run.
 * @throws UsageError if the cluster refuses an object
 */
export async function populate({ run, learned }: Prepared, options: Pick<StartOptions, 'keep'>): Promise<Started> {
  const { cleanup } = run;
  const watching = watchingOn(run);
  if (options.keep) cleanup.add('marking the namespaces as kept', () => markKept(run));
  else cleanup.add('deleting the namespaces', () => deleteNamespaces(run));
  cleanup.add('removing what it applied outside of its namespaces', () => removeOutside(run));
  cleanup.add('ending the watches', async () => watching.stop());
  const begun = [deploy(run), watching.begin()] as const;
  // Both must end before the teardown begins.
  await Promise.allSettled(begun);
  const [{ pods, made, strangers, ...waited }] = await Promise.all(begun);
  const deployed: Run = { ...run, made, watching, probeClients: new Map(), ...(strangers && { strangers }) };
  const wrong = wrongReadiness(pods, waited);
  if (wrong.length === 0) return withClients({ run: deployed, learned });
  const { istiodLog } = waited;
  const said = istiodLog === undefined ? [] : [istiodLog];
  const blocked = [...wrong.map(reasonWords), ...said].join('; ');
  return { run: deployed, learned: { ...learned, blocked, ...(istiodLog !== undefined && { istiodLog }) } };
}

/** Returns the run once its pods serve requests and the shells in those of its clients are open. */
async function withClients({ run: deployed, learned }: Started): Promise<Started> {
  const begun: Run = { ...deployed, topology: withAddresses(deployed.topology, deployed.made) };
  const served = await awaitServing(begun);
  await create(begun.kube, emptyService(begun), begun.id);
  let run: Run;
  try {
    run = { ...begun, probeClients: await openProbeClients(begun) };
  } catch (error) {
    if (!(error instanceof InconclusiveError)) throw error;
    return { run: begun, learned: { ...learned, blocked: error.message } };
  }
  await awaitKnown(run, learned, served);
  return { run, learned };
}

/**
 * Returns a Service of nothing. To create it makes istiod look at all endpoints again: whether all of a Service's have a
 * sidecar, it looks up in an index that is made anew only when some Service changes or gets its first endpoint, so that
 * a pod which was READY a moment later than others may be missing in it (istio/istio pilot/pkg/model/push_context.go,
 * updateContext).
 */
function emptyService({ mesh }: Pick<Run, 'mesh'>): KubeObject {
  const [home] = mesh.ownNamespaces;
  const metadata = { namespace: home?.metadata.name ?? '', name: 'automtls' };
  return { apiVersion: 'v1', kind: 'Service', metadata, spec: { clusterIP: 'None' } } as KubeObject;
}

/** Marks the run's namespaces so that only `automtls sweep` removes them. */
async function markKept({ kube, mesh }: PreparedRun): Promise<void> {
  const labels = { [KEEP_LABEL]: 'true' };
  const mark = ({ apiVersion, kind, metadata: { name, uid } }: KubeObject) =>
    mergePatch(kube, { apiVersion, kind, metadata: { name, ...(uid && { uid }), labels } });
  await Promise.all(mesh.ownNamespaces.map(mark));
}

/**
 * Deletes the namespaces that the run created, and their Deployments at the same time: the namespace controller waits
 * five seconds before it acts, and if it then finds a pod, it tries again only after a pause. On a cluster that this
 * project created, a purge avoids this wait.
 */
async function deleteNamespaces({ kube, id, cluster, limits, mesh, onProgress }: PreparedRun): Promise<void> {
  const { ownNamespaces } = mesh;
  const labels = `${RUN_LABEL}=${id}`;
  const deployments = await Promise.all(
    ownNamespaces.map(({ metadata: { name: namespace } }) => list(kube, typeOf('Deployment'), { namespace, labels })),
  );
  await deleteInOrder(kube, ownNamespaces.slice(0, 1), [...ownNamespaces.slice(1), ...deployments.flat()]);
  if (!cluster.owned) return;
  await purge(kube, ownNamespaces, limits.purgeMs).catch((error: unknown) => {
    onProgress({ phase: 'teardown', detail: `left to the namespace controller: ${messageOf(error)}` });
  });
}

/** Undoes what the run did, and waits until its namespaces are gone. */
export async function endRun(run: PreparedRun): Promise<void> {
  await run.cleanup.unwind();
  await awaitGone(run.kube, run.mesh.ownNamespaces, run.limits.goneMs);
}
