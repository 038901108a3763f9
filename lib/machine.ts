import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Which automtls this is. */
export const VERSION: string = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;

/**
 * Where process ids mean the same as here: this machine since it booted and, for containers, their own numbering.
 * A name alone is not enough, since machines made from one image share it.
 */
export const machineId = [
  hostname(),
  read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
  read(() => readlinkSync('/proc/self/ns/pid')),
].join(' ');

/** A process, told from a later one of the same number by when it started. */
export interface ProcessId {
  pid: number;
  /** Empty where the system does not tell. */
  started: string;
}

/** Returns the identity of a process of this machine that runs, also one of another user. One that has ended is none, reaped or not. */
export function processId(pid: number): ProcessId | undefined {
  const stat = read(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  if (stat === '') return takesSignals(pid) ? { pid, started: '' } : undefined;
  // the second field is a name that may hold blanks and brackets
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : { pid, started: fields[19] as string };
}

/** Returns whether that very process runs; where its start is not known, whether one of its number does. */
export function isRunning({ pid, started }: ProcessId): boolean {
  const now = processId(pid);
  return now !== undefined && (now.started === started || now.started === '' || started === '');
}

function takesSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Only Linux tells these; elsewhere names and numbers must do. */
function read(from: () => string): string {
  try {
    return from();
  } catch {
    return '';
  }
}
