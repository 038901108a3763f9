import { InconclusiveError } from '../errors.ts';
import { holderOf, isHeld, keepRenewing } from '../kube/lease.ts';
import { create } from '../kube/objects.ts';
import { runOf } from '../kube/ownership.ts';
import { nameOf } from '../model/name.ts';
import { autoMtlsIn, changedFields, withAutoMtls } from './mesh-config.ts';
import { awaitMesh, newMeshLease, OFF, putBack, readMeshLease } from './mesh-lease.ts';
import { changeAutoMtls, meshNow } from './mesh-map.ts';
import type { Run } from './run.ts';

/**
 * Switches automatic mutual TLS in the mesh configuration, for everybody on the mesh. The first change takes the mesh's
 * Lease; switching it on again puts the field back as it was found and gives the Lease up.
 * @throws UsageError where another run holds the mesh for too long, or the cluster refuses
 * @throws InconclusiveError where somebody else has switched it since the run began
 */
export async function switchAutoMtls(run: Run, on: boolean): Promise<void> {
  if (on === run.istio.mesh.autoMtls) return restoreMesh(run);
  await takeMesh(run);
  await changeAutoMtls(run, () => OFF);
}

/** Puts the field back and gives the Lease up, if the run holds it. */
async function restoreMesh(run: Run): Promise<void> {
  const { kube, istio, id } = run;
  run.meshLease?.rest();
  const lease = await readMeshLease(kube, istio);
  if (lease !== undefined && runOf(lease) === id) await putBack(run, lease);
  // What is found there from now on is somebody else's doing.
  delete run.meshLease;
}

/**
 * Takes the mesh's Lease, if the run does not hold it; waits where another run does, which may take minutes.
 * @throws UsageError, InconclusiveError as switchAutoMtls
 */
export async function takeMesh(run: Run): Promise<void> {
  const { kube, istio, id, limits } = run;
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
  run.meshLease = { rest: () => {} };
  run.cleanup.add('putting the mesh configuration back', () => restoreMesh(run));
  const lease = await create(kube, newMeshLease(istio, limits.leaseMs), id);
  run.meshLease = { rest: keepRenewing(kube, lease, limits.heartbeatMs) };
}

/**
 * Returns a sentence where the mesh is not as the run has or found it, since somebody else changes it: answers then say
 * nothing about what the run predicted. Undefined where it is.
 */
export async function detectMeshDrift(run: Run): Promise<string | undefined> {
  const { kube, istio } = run;
  const lease = await readMeshLease(kube, istio);
  if (lease !== undefined && runOf(lease) !== run.id && isHeld(lease, Date.now())) {
    return `another run (${holderOf(lease)}) is changing the mesh: run again when it has ended`;
  }
  const found = istio.configMap.data['mesh'] as string;
  const own = run.autoMtls === istio.mesh.autoMtls ? found : withAutoMtls(found, run.autoMtls);
  return changedByOthers(run, own);
}

/** Returns a sentence on what others have changed of the mesh configuration since it was found, or undefined where nothing. */
export async function changedByOthers({ kube, istio }: Run, expected: string): Promise<string | undefined> {
  const name = nameOf(istio.configMap);
  const now = await meshNow(kube, istio);
  if (now === undefined) return `${name} was deleted by somebody else since the run began`;
  const changed = changedFields(expected, now);
  if (changed.length === 0) return undefined;
  return `${name} was changed by somebody else since the run began: ${changed.join(', ')}`;
}
