import type { KubeObject } from '../../model/index.ts';
import { isRunning, machineId, processId } from '../machine.ts';
import type { Kube } from './connection/connect.ts';
import { ConflictError } from './connection/refusal.ts';
import { mergePatch, read } from './objects.ts';

/** A Lease that shows other runs whether its holder is alive. */
export interface Lease extends KubeObject {
  kind: 'Lease';
  spec: { holderIdentity: string; leaseDurationSeconds: number; acquireTime: string; renewTime: string };
}

/** Returns a Lease that this process holds, valid for the given time from now. */
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
 * Renews a stored Lease regularly until the returned function is called.
 * @param everyMs the interval; a fraction of the Lease's duration, so that one renewal may fail
 */
export function keepRenewing(kube: Kube, { apiVersion, kind, metadata }: KubeObject, everyMs: number): () => void {
  const { namespace, name, uid } = metadata;
  const header = { apiVersion, kind, metadata: { ...(namespace && { namespace }), name, ...(uid && { uid }) } };
  const timer = setInterval(() => {
    // With the uid, so that a Lease that another process has created since is not changed.
    mergePatch(kube, { ...header, spec: { renewTime: microTime() } }).catch(() => {});
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

/**
 * Makes this process the holder of a Lease whose holder is gone.
 * @returns the Lease, or undefined if somebody else was faster
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

/** Returns the Lease of that name, or undefined if there is none. */
export async function readLease(
  kube: Kube,
  { namespace, name }: { namespace?: string; name: string },
): Promise<Lease | undefined> {
  const metadata = { ...(namespace && { namespace }), name };
  return (await read(kube, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata })) as Lease | undefined;
}

/** Returns whether a Lease is held: it has not expired and, if its holder is on this machine, the holder is running. */
export function isHeld({ spec }: Lease, now: number): boolean {
  if (Date.parse(spec.renewTime) + spec.leaseDurationSeconds * 1000 < now) return false;
  const [where, pid, started = ''] = spec.holderIdentity.split('/');
  return where !== machineId || isRunning({ pid: Number(pid), started });
}

/** Returns a readable description of a Lease's holder. */
export function holderOf({ spec }: Lease): string {
  const [where = '', pid] = spec.holderIdentity.split('/');
  return `process ${pid} on ${where.split(' ')[0]}`;
}

/** Returns the current time in microseconds, as the API requires. */
function microTime(): string {
  return new Date().toISOString().replace('Z', '000Z');
}
