import { createHash, randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { machineId, processId } from '../machine.ts';

const pattern = /^automtls-([0-9a-f]{8})-(\d+)-[0-9a-f]{4}$/;

/** Returns a name for a new cluster; it identifies this process, which creates the cluster. */
export function newName(): string {
  return `automtls-${machine()}-${process.pid}-${randomBytes(2).toString('hex')}`;
}

/** Returns whether a cluster of that name was created on this machine, by a process that has ended. */
export function isOrphan(name: string): boolean {
  const [, where, pid] = pattern.exec(name) ?? [];
  return where === machine() && processId(Number(pid)) === undefined;
}

/** Returns the directory of a cluster's files, such as its kubeconfig. */
export function directoryOf(name: string): string {
  return join(tmpdir(), name);
}

/** Tells apart machines and PID namespaces that share one Docker engine; a pid means another process in each. */
function machine(): string {
  return createHash('sha256').update(machineId).digest('hex').slice(0, 8);
}
