import { HERE, isRunning } from '../here.ts';
import type { KubeObject } from '../model/types.ts';
import type { Kube } from './connect.ts';
import { read } from './objects.ts';

/** A Lease that tells other runs whether its holder is alive. */
export interface Lease extends KubeObject {
  kind: 'Lease';
  spec: { holderIdentity: string; leaseDurationSeconds: number; acquireTime: string; renewTime: string };
}

/** Returns a Lease that this process holds from now on for the given time. */
export function leaseOf(where: { namespace: string; name: string }, durationMs: number): Lease {
  const now = microTime();
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: where,
    spec: {
      holderIdentity: `${HERE}/${process.pid}`,
      leaseDurationSeconds: Math.ceil(durationMs / 1000),
      acquireTime: now,
      renewTime: now,
    },
  };
}

/** Returns the lease with its time begun anew. */
export function renewed(lease: Lease): Lease {
  return { ...lease, spec: { ...lease.spec, renewTime: microTime() } };
}

/** Returns the Lease of that name, or undefined where there is none. */
export async function readLease(kube: Kube, where: { namespace: string; name: string }): Promise<Lease | undefined> {
  const header = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: where };
  return (await read(kube, header)) as Lease | undefined;
}

/** Returns whether the holder still runs: its time is not over and, where it is of this machine, its process is there. */
export function isHeld({ spec }: Lease, now: number): boolean {
  if (Date.parse(spec.renewTime) + spec.leaseDurationSeconds * 1000 < now) return false;
  const at = spec.holderIdentity.lastIndexOf('/');
  return spec.holderIdentity.slice(0, at) !== HERE || isRunning(Number(spec.holderIdentity.slice(at + 1)));
}

/** The API wants microseconds. */
function microTime(): string {
  return new Date().toISOString().replace('Z', '000Z');
}
