import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { execa } from 'execa';

// The kernel frees flock's locks when their holder ends. Node cannot call it, and proper-lockfile, which makes a directory
// and must be one of a certain age for abandoned, would let a killed run's lock stand, or break a sleeping machine's.

/**
 * Holds the lock for as long as its standard input is open, so that it is free when this process ends, however it ends.
 * It removes the file when done; who got hold of a file that was removed meanwhile begins anew.
 */
const script = `
while :; do
  exec 3>>"$1"
  flock --exclusive $2 3 || exit 0
  [ /proc/self/fd/3 -ef "$1" ] && break
done
echo held
cat >/dev/null
rm -f "$1"`;

/** Most locks are free sooner, and then there is nothing to say. */
const TOLD_MS = 1_000;

/** Runs `work` while nobody else holds the lock on `file`; calls `onWait` where that takes a while. */
export async function withLock<T>(
  file: string,
  { onWait, signal }: { onWait?: () => void; signal?: AbortSignal | undefined },
  work: () => Promise<T>,
): Promise<T> {
  const waiting = setTimeout(() => onWait?.(), TOLD_MS);
  const release = await take(file, [], signal).finally(() => clearTimeout(waiting));
  if (!release) throw new Error(`The lock ${file} could not be taken: is its directory writable?`);
  return work().finally(release);
}

/** Runs `work` unless somebody holds the lock on `file`. */
export async function ifUnlocked(file: string, work: () => Promise<void>): Promise<void> {
  const release = await take(file, ['--nonblock']);
  if (release) await work().finally(release);
}

async function take(file: string, flags: string[], signal?: AbortSignal): Promise<(() => Promise<void>) | undefined> {
  signal?.throwIfAborted();
  await mkdir(dirname(file), { recursive: true });
  // a session of its own, as a terminal's ^C must not free the lock before we are done
  const holder = execa('sh', ['-c', script, 'sh', file, ...flags], { detached: true, buffer: false, reject: false });
  const stop = () => holder.kill('SIGKILL');
  signal?.addEventListener('abort', stop);
  const held = await Promise.race([
    new Promise<true>((resolve) => holder.stdout.once('data', () => resolve(true))),
    holder.then(() => false),
  ]);
  signal?.removeEventListener('abort', stop);
  if (signal?.aborted) {
    // The holder may have come by the lock just before: nobody would ever let go of it.
    stop();
    await holder;
    signal.throwIfAborted();
  }
  return held
    ? async () => {
        holder.stdin.end();
        await holder;
      }
    : undefined;
}
