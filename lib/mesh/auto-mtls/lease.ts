import { parse } from 'yaml';
import { UsageError } from '../../platform/errors.ts';
import { detect, type Istio } from '../../platform/istio/index.ts';
import {
  deleteByUid,
  holderOf,
  isHeld,
  type Kube,
  type Lease,
  leaseOf,
  MANAGER,
  readLease,
  takeOver,
} from '../../platform/kube/index.ts';
import type { Limits } from '../../platform/limits.ts';
import type { OnProgress } from '../../platform/progress.ts';
import { sweepCommand } from '../../platform/shell.ts';
import { unlessLate, waitFor } from '../../platform/wait.ts';
import type { HeldMesh } from '../run.ts';
import { autoMtlsIn, changedFields } from './config.ts';
import { changeAutoMtls } from './config-map.ts';

/** The Lease in the root namespace that a run must hold to change the mesh, so that only one run at a time does. */
const MESH_LEASE = 'automtls-mesh';
/**
 * The annotation of that Lease with the field as the run found it, so that a later run can restore it if this one dies.
 */
const FOUND = 'automtls.dev/found';

/** The message after a dead run's change was undone. */
export const MESH_REPAIRED = 'the mesh configuration that a dead run had changed is as it was before';

/** The value of enableAutoMtls that a run sets. Every run begins on a mesh where automatic mutual TLS is on. */
export const OFF = false;

/** Returns the mesh's Lease, or undefined if there is none. */
export async function readMeshLease(kube: Kube, { configMap }: Istio): Promise<Lease | undefined> {
  return readLease(kube, { ...whereOf(configMap), name: MESH_LEASE });
}

/** Returns a Lease of the mesh that this process holds, and that records enableAutoMtls as it was found. */
export function newMeshLease({ configMap }: Istio, durationMs: number): Lease {
  const lease = leaseOf({ ...whereOf(configMap), name: MESH_LEASE }, durationMs);
  const enableAutoMtls = autoMtlsIn(configMap.data['mesh'] as string);
  lease.metadata = { ...lease.metadata, annotations: { [FOUND]: JSON.stringify({ enableAutoMtls }) } };
  return lease;
}

/** A mesh, and the limits for taking over its Lease and changing its configuration. */
export interface LeasedMesh {
  kube: Kube;
  istio: Istio;
  limits: Pick<Limits, 'leaseMs' | 'conflictRetries'>;
}

/**
 * Restores the field to the value that the Lease records, unless somebody else has set it since; deletes the Lease.
 * @param held what the run knows of its own change; undefined for that of a dead run
 * @returns the configuration that was stored, if it was changed, and whether the run's value was left to somebody else
 */
export async function putBack(mesh: LeasedMesh, lease: Lease, held?: Omit<HeldMesh, 'rest'>): Promise<PutBack> {
  const found: unknown = parse(lease.metadata.annotations?.[FOUND] ?? 'null');
  let left = false;
  let stored: Istio['configMap'] | undefined;
  if (typeof found === 'object' && found !== null) {
    const { enableAutoMtls } = found as { enableAutoMtls?: unknown };
    stored = await changeAutoMtls(mesh, (now, map) => {
      left = now === OFF && isOthers(map, held);
      return now !== OFF || left ? now : enableAutoMtls;
    });
  }
  await deleteByUid(mesh.kube, lease);
  return { left, ...(stored && { stored }) };
}

interface PutBack {
  left: boolean;
  stored?: Istio['configMap'];
}

/**
 * Returns whether the field's value is what somebody else wants, although it is the one that the run has set: they have
 * set it again after another value, have applied the configuration with it, or have written it anew with no other
 * difference. Who edits another field keeps this one without wanting it.
 */
function isOthers(map: Istio['configMap'], held: Omit<HeldMesh, 'rest'> | undefined): boolean {
  if (isAppliedByOthers(map)) return true;
  if (held === undefined) return false;
  const { wrote, wantedByOthers = false } = held;
  const text = map.data['mesh'] as string;
  return wantedByOthers || wrote === undefined || (text !== wrote && changedFields(wrote, text).length === 0);
}

/** Returns whether another field manager has applied the mesh configuration as it is now, by server-side apply. */
function isAppliedByOthers({ metadata }: Istio['configMap']): boolean {
  const { managedFields = [] } = metadata as {
    managedFields?: { manager?: string; operation?: string; fieldsV1?: Record<string, unknown> }[];
  };
  return managedFields.some(({ manager, operation, fieldsV1 }) => {
    const data = fieldsV1?.['f:data'] as Record<string, unknown> | undefined;
    return operation === 'Apply' && manager !== MANAGER && data?.['f:mesh'] !== undefined;
  });
}

/**
 * Restores the mesh configuration if a dead run has changed it. Returns whether it did.
 * @throws UsageError if the cluster refuses
 */
export async function sweepMesh(mesh: LeasedMesh): Promise<boolean> {
  const lease = await readMeshLease(mesh.kube, mesh.istio);
  return lease !== undefined && repair(mesh, lease);
}

/** Takes the Lease over first: if two runs find it, one must not undo what the other has changed since. */
async function repair(mesh: LeasedMesh, lease: Lease): Promise<boolean> {
  const { kube, limits } = mesh;
  if (isHeld(lease, Date.now())) return false;
  const taken = await takeOver(kube, lease, limits.leaseMs);
  if (taken === undefined) return false;
  await putBack(mesh, taken).catch((error: unknown) => {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(
      `A run that died has changed the mesh of ${kube.label}, and it cannot be put back: ${error.message} A user who may do that (ClusterRole automtls-mesh-wide in manifests/rights.yaml) must run ${sweepCommand(kube)}.`,
    );
  });
  return true;
}

/**
 * Waits until no run holds the mesh, and restores what a dead run changed.
 * @throws UsageError if a run holds it for too long; the signal's reason if the wait is interrupted
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
    `The run of ${holder} has held the mesh of ${kube.label} for more than ${total} s (Lease ${MESH_LEASE}): run again when it has ended. Leave enableAutoMtls as it is: that run switches it, and puts it back itself.`,
  );
}

/**
 * Returns Istio as it is when no run has changed the mesh: waits for a run that holds it, and restores what a dead one
 * changed.
 * @param named the version that the user gave
 * @throws UsageError as awaitMesh and detect do; the signal's reason if the wait is interrupted
 */
export async function detectSettled(
  { kube, limits }: Pick<LeasedMesh, 'kube'> & { limits: Limits },
  options: { istio?: string | undefined; signal: AbortSignal; onProgress: OnProgress },
): Promise<Istio> {
  let istio = await detect(kube, options.istio);
  for (;;) {
    await awaitMesh({ kube, istio, limits }, options);
    const before = await detect(kube, options.istio);
    if (before.mesh.autoMtls) return before;
    // A run switches it only while its Lease exists. So it is not a run that has switched it off, if it was off before
    // and after a moment without a Lease, with no change in between.
    const lease = await readMeshLease(kube, before);
    istio = await detect(kube, options.istio);
    if (lease === undefined && versionOf(istio) === versionOf(before)) return istio;
  }
}

function versionOf({ configMap }: Istio): string | undefined {
  return configMap.metadata.resourceVersion;
}

function whereOf({ metadata }: Istio['configMap']): { namespace: string } {
  return { namespace: metadata.namespace as string };
}
