import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessId } from '../../machine.ts';

/** What is written down of a cluster when its namespaces are made, and once more when it is complete. */
export interface ClusterRecord {
  name: string;
  istio: string;
  /** The outer process, and the first one inside. */
  processes: ProcessId[];
  /** Directories of what was built, which it needs as long as it runs. */
  uses: string[];
  /** RFC 3339. */
  since: string;
  /** Istio runs in it. */
  complete: boolean;
}

/** Returns the record in a state directory, if there is one. */
export async function readRecord(state: string): Promise<ClusterRecord | undefined> {
  const text = await readFile(join(state, 'cluster.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}

/** Writes the record, at once or not at all. Not by write-file-atomic: one process alone writes it, so two lines do. */
export async function writeRecord(state: string, record: ClusterRecord): Promise<void> {
  const file = join(state, 'cluster.json');
  await writeFile(`${file}.new`, JSON.stringify(record, null, 2));
  await rename(`${file}.new`, file);
}

/** Returns the processes that a process has started. */
export async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}
