import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A process, told from a later one of the same number by when it started. */
export interface ProcessId {
  pid: number;
  started: string;
}

/** What is written down of a cluster when its namespaces are made, and once more when it is complete. */
export interface ClusterRecord {
  name: string;
  istio: string;
  /** The outer process, and the first one inside. */
  processes: ProcessId[];
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

/** Writes the record, at once or not at all. */
export async function writeRecord(state: string, record: ClusterRecord): Promise<void> {
  const file = join(state, 'cluster.json');
  await writeFile(`${file}.new`, JSON.stringify(record, null, 2));
  await rename(`${file}.new`, file);
}

/** Returns the identity of a running process. */
export async function processId(pid: number): Promise<ProcessId | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // the second field is a name that may hold blanks and brackets
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields && fields[0] !== 'Z' ? { pid, started: fields[19] as string } : undefined;
}

/** Returns whether that very process runs. */
export async function isRunning({ pid, started }: ProcessId): Promise<boolean> {
  return (await processId(pid))?.started === started;
}

/** Returns the processes that a process has started. */
export async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}
