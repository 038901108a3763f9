import { stringify } from 'yaml';
import { formatRelease, type KubeObject, type Release } from '../../../model/index.ts';
import type { Acquired } from '../../../platform/clusters/index.ts';
import { UsageError } from '../../../platform/errors.ts';
import { connect, type Kube } from '../../../platform/kube/index.ts';
import type { OnProgress } from '../../../platform/progress.ts';
import { standIns } from '../../../stand-ins/index.ts';
import {
  meshFrom,
  planOf,
  readCluster,
  readManifests,
  type Snapshot,
  type Survey,
  surveyOf,
} from '../../../survey/index.ts';
import { type Comparison, compare, type Source } from './compare.ts';
import { type ClientPod, type Deployment, deployMesh, removeMesh, replacePolicies } from './deploy.ts';
import { randomMesh } from './random-mesh.ts';

export interface MeshesOptions {
  acquired: Acquired;
  /** The seed of the first mesh; each further one has the next number. */
  seed: number;
  meshes: number;
  signal: AbortSignal;
  onProgress: OnProgress;
  /** Called when a mesh was asked under one of its sets of policies. */
  onAsked: (asked: AskedMesh) => void;
}

/** What came of a mesh under one of its sets of policies. */
export interface AskedMesh extends Comparison {
  seed: number;
  /** Counts from 0, the empty one. */
  set: number;
  version: string;
  workloads: number;
  /** What configured the mesh. */
  policies: readonly KubeObject[];
}

/**
 * Deploys random meshes, one after the other, and asks all of their pairs what `automtls check` says of them: as it
 * reads them from the cluster, from their manifests, and as `automtls plan` said before the policies were applied.
 * @throws UsageError if the cluster is not this project's own, or refuses a mesh
 * @throws InconclusiveError if a mesh does not become ready, or cannot be asked
 */
export async function compareMeshes(options: MeshesOptions): Promise<void> {
  const { acquired, seed, meshes, signal, onProgress } = options;
  if (!acquired.cluster.owned) {
    throw new UsageError(
      '--meshes changes the whole mesh of a cluster, and makes namespaces with common names: use a native cluster or kind.',
    );
  }
  const kube = await connect(acquired.cluster);
  const on = { kube, signal, onProgress };
  // What a process left that was killed.
  await removeMesh(on, []);
  for (let nth = 0; nth < meshes; nth += 1) await compareMesh(on, { ...options, seed: seed + nth });
}

async function compareMesh(on: Deployment, { seed, onAsked }: MeshesOptions): Promise<void> {
  const empty = await planeOf(on.kube, on.onProgress);
  const { layout, policies } = randomMesh(seed, empty.release, empty.rootNamespace);
  let applied: readonly KubeObject[] = [];
  try {
    const clients = await deployMesh(on, standIns(layout));
    for (const [set, after] of policies.entries()) {
      const before = applied;
      const planned = await plannedNow(on, { before, after });
      applied = [...before, ...after];
      await replacePolicies(on, { before, after });
      applied = after;
      const manifests = [...layout, ...after];
      const compared = await compareNow(on, clients, { manifests, istio: empty.version, planned });
      onAsked({ ...compared, seed, set, version: empty.version, workloads: clients.length, policies: after });
    }
  } finally {
    await removeMesh(on, applied);
  }
}

/** Returns what `automtls plan` says the mesh comes to when policies are replaced by others. */
async function plannedNow(
  on: Deployment,
  { before, after }: { before: readonly KubeObject[]; after: readonly KubeObject[] },
): Promise<Survey> {
  const remove = before.map(({ kind, metadata: { namespace, name } }) => ({ kind, namespace, name }));
  // Those that are deleted first leave nothing of their age to others of the same name.
  const { snapshot } = planOf(await readCluster(on.kube, on), { remove }).after.mesh;
  return planOf(snapshot, { apply: manifestsOf(after), remove: [] }).after;
}

/**
 * Compares the answers of a mesh of stand-ins with what a survey says of it, as it is read from the cluster now and from
 * manifests, and with what was planned before it became so.
 */
async function compareNow(
  on: Deployment,
  clients: readonly ClientPod[],
  { manifests, istio, planned }: { manifests: readonly KubeObject[]; istio: string; planned: Survey },
): Promise<Comparison> {
  const snapshot = await readCluster(on.kube, on);
  const sources: [Source, ...Source[]] = [
    { name: 'cluster', survey: surveyOf(meshFrom(snapshot)) },
    { name: 'manifests', survey: surveyOf(meshFrom(manifestsOf(manifests), istio)) },
    { name: 'plan', survey: planned },
  ];
  return compare(on, clients, sources);
}

function manifestsOf(objects: readonly KubeObject[]): Snapshot {
  const text = objects.map((object) => stringify(object, { aliasDuplicateObjects: false })).join('---\n');
  return readManifests([{ file: 'mesh.yaml', text }]);
}

/** Returns what the cluster runs. */
async function planeOf(
  kube: Kube,
  onProgress: OnProgress,
): Promise<{ release: Release; rootNamespace: string; version: string }> {
  const { plane } = meshFrom(await readCluster(kube, { onProgress }));
  const { release, rootNamespace } = plane.mesh;
  return { release, rootNamespace, version: formatRelease(release) };
}
