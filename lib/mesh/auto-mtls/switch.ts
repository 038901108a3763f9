import { nameOf } from '../../model/index.ts';
import { InconclusiveError } from '../../platform/errors.ts';
import { create, holderOf, isHeld, keepRenewing, runOf } from '../../platform/kube/index.ts';
import type { MeshDrift } from '../../verdict/index.ts';
import type { Run } from '../run.ts';
import { autoMtlsIn, changedFields, withAutoMtls } from './config.ts';
import { changeAutoMtls, meshNow } from './config-map.ts';
import { awaitMesh, newMeshLease, OFF, putBack, readMeshLease } from './lease.ts';

/** What of a run it takes to change the mesh configuration. */
type MeshRun = Pick<Run, 'id' | 'kube' | 'istio' | 'limits' | 'signal' | 'onProgress' | 'cleanup' | 'mesh'>;

/**
 * Switches automatic mutual TLS in the mesh configuration, for everybody on the mesh. The first change takes the mesh's
 * Lease. Switching back restores the field as the run found it and gives up the Lease.
 * @throws UsageError if another run holds the mesh for too long, or the cluster refuses
 * @throws InconclusiveError if somebody else has switched it since the run began
 */
export async function switchAutoMtls(run: MeshRun, on: boolean): Promise<void> {
  if (on === run.istio.mesh.autoMtls) return restoreMesh(run);
  await takeMesh(run);
  const stored = await changeAutoMtls(run, () => OFF);
  noteWrite(run, stored);
  if (run.mesh.lease !== undefined && stored !== undefined) run.mesh.lease.wrote = stored.data['mesh'] as string;
}

/** Records a change of the run's own, so that watches do not take it for another's. */
function noteWrite({ mesh }: MeshRun, stored: Run['istio']['configMap'] | undefined): void {
  const { resourceVersion } = stored?.metadata ?? {};
  if (resourceVersion !== undefined) mesh.writes.add(resourceVersion);
}

/** Restores the field and gives up the Lease, if the run holds it. */
async function restoreMesh(run: MeshRun): Promise<void> {
  const { kube, istio, id, mesh } = run;
  mesh.lease?.rest();
  const lease = await readMeshLease(kube, istio);
  if (lease !== undefined && runOf(lease) === id) {
    const { stored, left } = await putBack(run, lease, mesh.lease);
    noteWrite(run, stored);
    if (left) {
      mesh.notes.push(`enableAutoMtls in ${nameOf(istio.configMap)} stays false: somebody else has set it as well`);
    }
  }
  // From now on, somebody else is responsible for the field's value.
  delete mesh.lease;
}

/**
 * Takes the mesh's Lease unless the run already holds it. If another run holds it, waits, possibly for minutes.
 * @throws UsageError, InconclusiveError as switchAutoMtls does
 */
export async function takeMesh(run: MeshRun): Promise<void> {
  const { kube, istio, id, limits, mesh } = run;
  const held = await readMeshLease(kube, istio);
  if (held !== undefined && runOf(held) === id) return;
  await awaitMesh(run, run);
  const found = autoMtlsIn(istio.configMap.data['mesh'] as string);
  const now = autoMtlsIn((await meshNow(kube, istio)) ?? '');
  if (now !== found) {
    throw new InconclusiveError(
      `somebody else has changed enableAutoMtls in ${nameOf(istio.configMap)} since the run began, so the run leaves it alone`,
    );
  }
  mesh.lease = { rest: () => {} };
  run.cleanup.add('putting the mesh configuration back', () => restoreMesh(run));
  const lease = await create(kube, newMeshLease(istio, limits.leaseMs), id);
  mesh.lease = { rest: keepRenewing(kube, lease, limits.heartbeatMs) };
}

/**
 * Returns how somebody else is changing or has changed the mesh since the run found or set it, or undefined if nobody
 * has. Answers from a changed mesh say nothing about the run's predictions.
 */
export async function detectMeshDrift(
  run: Pick<Run, 'kube' | 'istio' | 'id' | 'mesh'>,
): Promise<MeshDrift | undefined> {
  const { istio, mesh } = run;
  const by = await holderOfMesh(run);
  if (by !== undefined) return { by };
  const found = istio.configMap.data['mesh'] as string;
  const wanted = mesh.autoMtls === istio.mesh.autoMtls ? found : withAutoMtls(found, mesh.autoMtls);
  return changedByOthers(run, wanted);
}

/** Returns the other run that holds the mesh; undefined if none does. */
async function holderOfMesh({ kube, istio, id }: Pick<Run, 'kube' | 'istio' | 'id'>): Promise<string | undefined> {
  const lease = await readMeshLease(kube, istio);
  if (lease === undefined || runOf(lease) === id || !isHeld(lease, Date.now())) return undefined;
  return `another run (${runOf(lease)}, ${holderOf(lease)})`;
}

/** Returns what others have changed in the mesh configuration, or undefined if nothing. */
export async function changedByOthers(
  { kube, istio }: Pick<Run, 'kube' | 'istio'>,
  expected: string,
): Promise<MeshDrift | undefined> {
  const now = await meshNow(kube, istio);
  if (now === undefined) return { isDeleted: true };
  const changes = changedFields(expected, now);
  return changes.length === 0 ? undefined : { changes };
}
