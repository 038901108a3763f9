import { typeOf } from '../../../kinds/index.ts';
import type { KubeObject } from '../../../model/index.ts';
import { apply, create, deleteByUid, type Kube, list, RUN_LABEL, read, remove } from '../../../platform/kube/index.ts';
import type { OnProgress } from '../../../platform/progress.ts';
import { waitFor } from '../../../platform/wait.ts';
import { isWorkload, STAND_IN, type StandIn, standInOf } from '../../../stand-ins/index.ts';
import { carriesProxy, isEnding, isRunning, type Pod } from '../../../verdict/index.ts';
import { settle } from './settle.ts';

/** What every object of a random mesh has for its run: there is one such mesh on a cluster at a time. */
const RUN = 'random-mesh';

/** How long the pods of a mesh may take to be READY, and its namespaces to be gone. */
const READY_MS = 600_000;
const GONE_MS = 120_000;
/** How long the first certificates of namespaces may take. A pod that comes before them waits for longer. */
const CERTIFICATES_MS = 20_000;

/** Where a mesh is deployed, and what ends the wait. */
export interface Deployment {
  kube: Kube;
  signal: AbortSignal;
  onProgress: OnProgress;
}

/** A pod that can send requests. */
export interface ClientPod extends StandIn {
  pod: string;
}

/**
 * Creates stand-ins and waits until all of their pods are READY and known to all sidecars.
 * @param objects as `standIns` returns them
 * @returns the pods: one of each workload
 * @throws UsageError if the cluster refuses an object; TimeoutError if a pod does not become READY
 */
export async function deployMesh(on: Deployment, objects: readonly KubeObject[]): Promise<ClientPod[]> {
  const { kube, signal, onProgress } = on;
  const namespaces = objects.filter(({ kind }) => kind === 'Namespace');
  const workloads = objects.filter(isWorkload);
  await createAll(kube, namespaces);
  await awaitCertificates(on, namespaces);
  const others = objects.filter((object) => !namespaces.includes(object));
  await createAll(
    kube,
    others.filter((object) => !isWorkload(object)),
  );
  await createAll(kube, workloads);
  const wanted = workloads.map(standInOf);
  const total = wanted.reduce((sum, { pods }) => sum + pods, 0);
  let waiting: string[] = [];
  const clients = await waitFor(
    async () => {
      const pods = await list<Pod>(kube, typeOf('Pod'), { labels: STAND_IN });
      const ready = Map.groupBy(pods.filter(isReady), keyOf);
      const of = ({ namespace, label }: StandIn): Pod[] => ready.get(`${namespace}/${label}`) ?? [];
      const late = wanted.filter((one) => of(one).length < one.pods);
      waiting = late.map(({ namespace, name }) => `${namespace}/${name}`);
      const done = wanted.reduce((sum, one) => sum + Math.min(one.pods, of(one).length), 0);
      onProgress({ phase: 'the mesh', done, total, detail: 'pods READY' });
      if (late.length > 0) return undefined;
      return wanted.flatMap((one) =>
        of(one)
          .slice(0, 1)
          .map((pod) => ({ ...one, pod: pod.metadata.name })),
      );
    },
    { what: 'pods READY', limitMs: READY_MS, everyMs: 1_000, signal, seen: () => `not READY: ${waiting.join(', ')}` },
  );
  await sidecarsSettle(on);
  return clients;
}

/** Replaces objects that configure the mesh by others, and waits until sidecars go by these. */
export async function replacePolicies(
  on: Deployment,
  { before, after }: { before: readonly KubeObject[]; after: readonly KubeObject[] },
): Promise<void> {
  await Promise.all(before.map((object) => remove(on.kube, object, RUN)));
  // One after the other: among objects that compete, the oldest counts, and manifests are in this order.
  for (const object of after) await create(on.kube, object, RUN);
  await sidecarsSettle(on);
}

/** Changes objects of a mesh, or adds them, as `kubectl apply` does, and waits until sidecars go by the change. */
export async function applyChange(on: Deployment, objects: readonly KubeObject[]): Promise<void> {
  for (const object of objects) await apply(on.kube, object, RUN);
  await sidecarsSettle(on);
}

/** Deletes everything that was created for a random mesh on a cluster of this project's own. */
export async function removeMesh({ kube, onProgress }: Deployment, policies: readonly KubeObject[]): Promise<void> {
  onProgress({ phase: 'the mesh', detail: 'removing it' });
  await Promise.all(policies.map((object) => remove(kube, object, RUN)));
  const namespaces = await list(kube, typeOf('Namespace'), { labels: `${RUN_LABEL}=${RUN}` });
  await Promise.all(namespaces.map((namespace) => deleteByUid(kube, namespace)));
  await waitFor(async () => (await list(kube, typeOf('Namespace'), { labels: `${RUN_LABEL}=${RUN}` })).length === 0, {
    what: 'the namespaces of the mesh to be gone',
    limitMs: GONE_MS,
  });
}

/** Waits until the sidecars of a mesh go by what was changed. */
async function sidecarsSettle(on: Deployment): Promise<void> {
  const pods = await list<Pod>(on.kube, typeOf('Pod'), { labels: STAND_IN });
  await settle(
    on,
    pods.filter((pod) => isReady(pod) && carriesProxy(pod)),
  );
}

async function createAll(kube: Kube, objects: readonly KubeObject[]): Promise<void> {
  const made = objects.map((object) => create(kube, object, RUN));
  await Promise.allSettled(made);
  await Promise.all(made);
}

async function awaitCertificates({ kube, signal }: Deployment, namespaces: readonly KubeObject[]): Promise<void> {
  const maps = namespaces.flatMap(({ metadata }) =>
    ['kube-root-ca.crt', 'istio-ca-root-cert'].map((name) => ({
      ...typeOf('ConfigMap'),
      metadata: { namespace: metadata.name, name },
    })),
  );
  const what = 'the certificates of the namespaces';
  const areThere = async (): Promise<boolean> =>
    (await Promise.all(maps.map((map) => read(kube, map)))).every((map) => map !== undefined);
  await waitFor(areThere, { what, limitMs: CERTIFICATES_MS, signal });
}

function isReady(pod: Pod): boolean {
  return isRunning(pod) && !isEnding(pod);
}

function keyOf({ metadata }: Pod): string {
  return `${metadata.namespace}/${metadata.labels?.[STAND_IN]}`;
}
