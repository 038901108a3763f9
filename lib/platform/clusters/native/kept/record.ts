import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessId } from '../../../machine.ts';

/** The record of a cluster on disk, written when its namespaces exist and again when it is complete. */
export interface ClusterRecord {
  name: string;
  istio: string;
  /** The unshare process, and the first process inside its PID namespace. */
  processes: ProcessId[];
  /** Directories of the artefacts that it needs while it runs. */
  uses: string[];
  /** RFC 3339. */
  since: string;
  /** Whether Istio runs in it. */
  complete: boolean;
}

/** Returns the record in a state directory, if there is one. */
export async function readRecord(state: string): Promise<ClusterRecord | undefined> {
  const text = await readFile(join(state, 'cluster.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}

/** Writes the record atomically. Only one process writes it, so this does not need write-file-atomic. */
export async function writeRecord(state: string, record: ClusterRecord): Promise<void> {
  const file = join(state, 'cluster.json');
  await writeFile(`${file}.new`, JSON.stringify(record, null, 2));
  await rename(`${file}.new`, file);
}

/** Returns the pids of a process's children. */
export async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}
