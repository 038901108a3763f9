import { parse } from 'yaml';
import type { OnProgress } from '../cluster/types.ts';
import { UsageError } from '../errors.ts';
import type { Istio } from '../istio/detect.ts';
import type { Kube } from '../kube/connect.ts';
import { holderOf, isHeld, type Lease, leaseOf, readLease, takeOver } from '../kube/lease.ts';
import { deleteByUid } from '../kube/objects.ts';
import type { Limits } from '../limits.ts';
import { unlessLate, waitFor } from '../wait.ts';
import { autoMtlsIn } from './mesh-config.ts';
import { changeAutoMtls } from './mesh-map.ts';

/** The Lease in the root namespace under which one run at a time changes the mesh. */
const MESH_LEASE = 'automtls-mesh';
/** On that Lease: the field that the run changes, as it was found, so that whoever comes after a dead run can put it back. */
const FOUND = 'automtls.dev/found';

/** Observed where that was done. */
export const MESH_REPAIRED = 'the mesh configuration that a dead run had changed is as it was before';

/** What a run sets; every run begins with a mesh that has it on. */
export const OFF = false;

/** Returns the mesh's Lease, or undefined where no run has it. */
export async function readMeshLease(kube: Kube, { configMap }: Istio): Promise<Lease | undefined> {
  return readLease(kube, { ...whereOf(configMap), name: MESH_LEASE });
}

/** Returns a Lease of the mesh that this process holds, and that remembers the mesh configuration's field. */
export function newMeshLease({ configMap }: Istio, durationMs: number): Lease {
  const lease = leaseOf({ ...whereOf(configMap), name: MESH_LEASE }, durationMs);
  const enableAutoMtls = autoMtlsIn(configMap.data['mesh'] as string);
  lease.metadata = { ...lease.metadata, annotations: { [FOUND]: JSON.stringify({ enableAutoMtls }) } };
  return lease;
}

/** A mesh, and the limits by which its Lease is taken over and its configuration changed. */
export interface LeasedMesh {
  kube: Kube;
  istio: Istio;
  limits: Pick<Limits, 'leaseMs' | 'conflictRetries'>;
}

/** Puts the field back as the Lease remembers it, unless somebody else has set it since, and gives the Lease up. */
export async function putBack(mesh: LeasedMesh, lease: Lease): Promise<void> {
  const found: unknown = parse(lease.metadata.annotations?.[FOUND] ?? 'null');
  if (typeof found === 'object' && found !== null) {
    const { enableAutoMtls } = found as { enableAutoMtls?: unknown };
    await changeAutoMtls(mesh, (now) => (now === OFF ? enableAutoMtls : now));
  }
  await deleteByUid(mesh.kube, lease);
}

/**
 * Puts back what a dead run changed of the mesh. Returns whether there was something to put back.
 * @throws UsageError where the cluster refuses
 */
export async function sweepMesh(mesh: LeasedMesh): Promise<boolean> {
  const lease = await readMeshLease(mesh.kube, mesh.istio);
  return lease !== undefined && repair(mesh, lease);
}

/** It is taken over first: of two runs that find it, one must not put back what the other has changed since. */
async function repair(mesh: LeasedMesh, lease: Lease): Promise<boolean> {
  const { kube, limits } = mesh;
  if (isHeld(lease, Date.now())) return false;
  const own = await takeOver(kube, lease, limits.leaseMs);
  if (own === undefined) return false;
  await putBack(mesh, own).catch((error: unknown) => {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(
      `A run that died has changed the mesh of ${kube.label}, and it cannot be put back: ${error.message} A user who may do that (ClusterRole automtls-mesh-wide in manifests/rights.yaml) must run npm test -- --sweep.`,
    );
  });
  return true;
}

/**
 * Waits until no run holds the mesh, and puts back what a dead one changed.
 * @throws UsageError where a run holds it for too long; the signal's reason where the wait is interrupted
 */
export async function awaitMesh(
  mesh: LeasedMesh & { limits: Pick<Limits, 'meshWaitMs'> },
  { signal, onProgress }: { signal: AbortSignal; onProgress: OnProgress },
): Promise<void> {
  const { kube, istio } = mesh;
  const begunAt = performance.now();
  const { meshWaitMs: limitMs } = mesh.limits;
  const total = limitMs / 1000;
  let holder = '';
  const look = async (): Promise<boolean> => {
    const lease = await readMeshLease(kube, istio);
    if (lease === undefined) return true;
    if (await repair(mesh, lease)) {
      onProgress({ phase: 'sweep', detail: MESH_REPAIRED });
      return true;
    }
    holder = holderOf(lease);
    const done = Math.floor((performance.now() - begunAt) / 1000);
    onProgress({ phase: 'mesh', done, total, detail: `s waited for the run of ${holder}, which changes the mesh` });
    return false;
  };
  const wait = { what: 'the mesh', limitMs, signal };
  if (await waitFor(look, wait).catch(unlessLate)) return;
  throw new UsageError(
    `The run of ${holder} has held the mesh of ${kube.label} for more than ${total} s (Lease ${MESH_LEASE}): run again when it has ended.`,
  );
}

function whereOf({ metadata }: Istio['configMap']): { namespace: string } {
  return { namespace: metadata.namespace as string };
}
