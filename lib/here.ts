import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Which automtls this is. */
export const VERSION: string = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;

/**
 * Where process ids mean the same as here: this machine since it booted and, for containers, their own numbering.
 * A name alone is not enough, since machines made from one image share it.
 */
export const HERE = [
  hostname(),
  read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
  read(() => readlinkSync('/proc/self/ns/pid')),
].join(' ');

/** Returns whether a process of this machine runs, also one of another user. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Only Linux tells these; elsewhere the name must do. */
function read(from: () => string): string {
  try {
    return from();
  } catch {
    return '';
  }
}
