import { parseDocument } from 'yaml';
import { UsageError } from '../errors.ts';
import type { Istio } from '../istio/detect.ts';
import type { Kube } from '../kube/connect.ts';
import { isHeld, type Lease, leaseOf, readLease } from '../kube/lease.ts';
import { amend, create, erase, read } from '../kube/objects.ts';
import { nameOf, runOf } from '../kube/ownership.ts';
import type { Run } from './run.ts';
import { timeouts } from './settings.ts';

/** The Lease in the root namespace under which one run at a time changes the mesh. */
const MESH_LEASE = 'automtls-mesh';
/** On that Lease: the mesh configuration as it was found, so that whoever comes after a dead run can put it back. */
const FOUND = 'automtls.dev/found';

/**
 * Switches automatic mutual TLS in the mesh configuration, for everybody on the mesh. The first change takes the mesh's
 * Lease and keeps what was found; switching back to what was found puts it back to the letter and gives the Lease up.
 * @throws UsageError where another run holds the mesh, or the cluster refuses.
 */
export async function switchAutoMtls(run: Run, on: boolean): Promise<void> {
  if (on === run.istio.mesh.autoMtls) return restoreMesh(run);
  await take(run);
  const mesh = parseDocument(run.istio.configMap.data['mesh'] as string);
  mesh.set('enableAutoMtls', on);
  await write(run.kube, run.istio, mesh.toString());
}

/**
 * Puts the mesh configuration back as a dead run's Lease remembers it. Returns whether there was one.
 * @throws UsageError where the cluster refuses
 */
export async function sweepMesh(kube: Kube, istio: Istio): Promise<boolean> {
  const lease = await readLease(kube, whereOf(istio));
  if (lease === undefined || isHeld(lease, Date.now())) return false;
  await restore(kube, istio, lease);
  return true;
}

/** Puts the mesh configuration back as the run found it and gives the Lease up, if the run holds it. */
async function restoreMesh({ kube, istio, id }: Run): Promise<void> {
  const lease = await readLease(kube, whereOf(istio));
  if (lease !== undefined && runOf(lease) === id) await restore(kube, istio, lease);
}

async function restore(kube: Kube, istio: Istio, lease: Lease): Promise<void> {
  const found = lease.metadata.annotations?.[FOUND];
  if (found !== undefined) await write(kube, istio, found);
  await erase(kube, lease);
}

/**
 * Returns a sentence where the mesh is not as the run has or found it, since somebody else changes it: answers then say
 * nothing about what the run predicted. Undefined where it is.
 */
export async function meshDisturbed(run: Run): Promise<string | undefined> {
  const lease = await readLease(run.kube, whereOf(run.istio));
  if (lease !== undefined && runOf(lease) !== run.id && isHeld(lease, Date.now())) {
    return `another run (${lease.spec.holderIdentity}) is changing the mesh`;
  }
  const own = run.autoMtls !== run.istio.mesh.autoMtls;
  if (own || (await meshNow(run.kube, run.istio)) === run.istio.configMap.data['mesh']) return undefined;
  return `${nameOf(run.istio.configMap)} was changed by somebody else since the run began`;
}

/** Returns the mesh configuration as the cluster has it now. */
export async function meshNow(kube: Kube, istio: Istio): Promise<string | undefined> {
  const map = (await read(kube, istio.configMap)) as Istio['configMap'] | undefined;
  return map?.data['mesh'];
}

async function take(run: Run): Promise<void> {
  const where = whereOf(run.istio);
  const held = await readLease(run.kube, where);
  if (held !== undefined) {
    if (runOf(held) === run.id) return;
    if (isHeld(held, Date.now()))
      throw new UsageError(
        `Another run (${held.spec.holderIdentity}) is changing the mesh of ${run.kube.label}: wait until it has ended.`,
      );
    await restore(run.kube, run.istio, held);
  }
  const lease: Lease = leaseOf(where, timeouts.meshLeaseMs);
  lease.metadata = { ...lease.metadata, annotations: { [FOUND]: run.istio.configMap.data['mesh'] as string } };
  run.unwinding.add('putting the mesh configuration back', () => restoreMesh(run));
  await create(run.kube, lease, run.id);
}

async function write(kube: Kube, { configMap }: Istio, mesh: string): Promise<void> {
  const { apiVersion, kind, metadata } = configMap;
  await amend(kube, {
    apiVersion,
    kind,
    metadata: { namespace: metadata.namespace as string, name: metadata.name },
    data: { mesh },
  });
}

function whereOf({ configMap }: Istio): { namespace: string; name: string } {
  return { namespace: configMap.metadata.namespace as string, name: MESH_LEASE };
}
