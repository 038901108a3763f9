import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { projectPath } from './project.ts';

/** The version of automtls. */
export const VERSION: string = JSON.parse(readFileSync(projectPath('package.json'), 'utf8')).version;

/**
 * Identifies where a process id is valid: this machine, its current boot and, for containers, the PID namespace.
 * The host name alone is not enough, because machines made from one image share it.
 */
export const machineId = [
  hostname(),
  read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
  read(() => readlinkSync('/proc/self/ns/pid')),
].join(' ');

/** A process, distinguished from a later one with the same pid by its start time. */
export interface ProcessId {
  pid: number;
  /** Empty if the system does not provide it. */
  started: string;
}

/** Returns the identity of a running process on this machine, of any user; undefined if it has ended, reaped or not. */
export function processId(pid: number): ProcessId | undefined {
  const stat = read(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  if (stat === '') return takesSignals(pid) ? { pid, started: '' } : undefined;
  // The second field is a name that may contain spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : { pid, started: fields[19] as string };
}

/** Returns whether this process is running; if its start time is unknown, whether any process with its pid is. */
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

/** Only Linux has these files; elsewhere the host name and the pid must do. */
function read(from: () => string): string {
  try {
    return from();
  } catch {
    return '';
  }
}
