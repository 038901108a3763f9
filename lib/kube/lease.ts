import { isRunning, machineId, processId } from '../machine.ts';
import type { KubeObject } from '../model/types.ts';
import type { Kube } from './connect.ts';
import { mergePatch, read } from './objects.ts';
import { ConflictError } from './refusal.ts';

/** A Lease that tells other runs whether its holder is alive. */
export interface Lease extends KubeObject {
  kind: 'Lease';
  spec: { holderIdentity: string; leaseDurationSeconds: number; acquireTime: string; renewTime: string };
}

/** Returns a Lease that this process holds from now on for the given time. */
export function leaseOf(where: { namespace: string; name: string }, durationMs: number): Lease {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: where,
    spec: holding(durationMs),
  };
}

function holding(durationMs: number): Lease['spec'] {
  const now = microTime();
  return {
    holderIdentity: `${machineId}/${process.pid}/${processId(process.pid)?.started ?? ''}`,
    leaseDurationSeconds: Math.ceil(durationMs / 1000),
    acquireTime: now,
    renewTime: now,
  };
}

/**
 * Begins the time of a stored Lease anew, again and again, until the returned function is called.
 * @param everyMs several times within the Lease's duration, so that one renewal may fail
 */
export function keepRenewing(kube: Kube, { apiVersion, kind, metadata }: KubeObject, everyMs: number): () => void {
  const { namespace, name, uid } = metadata;
  const header = { apiVersion, kind, metadata: { ...(namespace && { namespace }), name, ...(uid && { uid }) } };
  const timer = setInterval(() => {
    // By its uid, so that a Lease that another holds by now is left alone.
    mergePatch(kube, { ...header, spec: { renewTime: microTime() } }).catch(() => {});
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

/**
 * Makes this process the holder of another's Lease that is not held any more.
 * @returns the Lease, or undefined where somebody else was faster
 */
export async function takeOver(kube: Kube, lease: Lease, durationMs: number): Promise<Lease | undefined> {
  const { apiVersion, kind, metadata } = lease;
  const { namespace, name, uid, resourceVersion } = metadata;
  const seen = {
    ...(namespace && { namespace }),
    name,
    ...(uid && { uid }),
    ...(resourceVersion && { resourceVersion }),
  };
  try {
    return (await mergePatch(kube, { apiVersion, kind, metadata: seen, spec: holding(durationMs) })) as Lease;
  } catch (error) {
    if (error instanceof ConflictError || (await readLease(kube, lease.metadata)) === undefined) return undefined;
    throw error;
  }
}

/** Returns the Lease of that name, or undefined where there is none. */
export async function readLease(
  kube: Kube,
  { namespace, name }: { namespace?: string; name: string },
): Promise<Lease | undefined> {
  const metadata = { ...(namespace && { namespace }), name };
  return (await read(kube, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata })) as Lease | undefined;
}

/** Returns whether the holder still runs: its time is not over and, where it is of this machine, its process is there. */
export function isHeld({ spec }: Lease, now: number): boolean {
  if (Date.parse(spec.renewTime) + spec.leaseDurationSeconds * 1000 < now) return false;
  const [where, pid, started = ''] = spec.holderIdentity.split('/');
  return where !== machineId || isRunning({ pid: Number(pid), started });
}

/** Returns who holds a Lease, for people. */
export function holderOf({ spec }: Lease): string {
  const [where = '', pid] = spec.holderIdentity.split('/');
  return `process ${pid} on ${where.split(' ')[0]}`;
}

/** The API wants microseconds. */
function microTime(): string {
  return new Date().toISOString().replace('Z', '000Z');
}
