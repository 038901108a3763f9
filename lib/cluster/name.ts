import { createHash, randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { machineId, processId } from '../machine.ts';

const pattern = /^automtls-([0-9a-f]{8})-(\d+)-[0-9a-f]{4}$/;

/** Returns a name for a new cluster, which tells the process that makes it. */
export function newName(): string {
  return `automtls-${machine()}-${process.pid}-${randomBytes(2).toString('hex')}`;
}

/** Returns whether the process that made a cluster of that name is gone; not of those that others made elsewhere. */
export function isOrphan(name: string): boolean {
  const [, where, pid] = pattern.exec(name) ?? [];
  return where === machine() && processId(Number(pid)) === undefined;
}

/** Returns the directory of everything that is on disk for a cluster, such as its kubeconfig. */
export function directoryOf(name: string): string {
  return join(tmpdir(), name);
}

/** An engine may serve several machines, and containers whose processes are numbered on their own. */
function machine(): string {
  return createHash('sha256').update(machineId).digest('hex').slice(0, 8);
}
