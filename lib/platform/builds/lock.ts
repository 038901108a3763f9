import { dirname } from 'node:path';
import { execa } from 'execa';
import { UsageError } from '../errors.ts';
import { makeFolder } from '../folder.ts';

// The kernel releases a lock of flock when the process that holds it ends. Node has no flock. The package
// proper-lockfile takes a lock directory of a certain age for abandoned: it would keep the lock of a killed run for
// that time, and break the lock of a machine that was asleep.

/**
 * Holds the lock while its standard input is open, so the lock is released when this process ends, even if it is
 * killed. It removes the file at the end. A script that has locked a file that was removed in the meantime starts
 * again.
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

/** How long to wait for a lock before `onWait` is called; most locks are free sooner. */
const TOLD_MS = 1_000;

/**
 * Runs `work` while holding the lock on `file`; calls `onWait` if it must wait for more than a second.
 * @throws UsageError if the file cannot be written
 */
export async function withLock<T>(
  file: string,
  { onWait, signal }: { onWait?: () => void; signal?: AbortSignal | undefined },
  work: () => Promise<T>,
): Promise<T> {
  const waiting = setTimeout(() => onWait?.(), TOLD_MS);
  const release = await take(file, [], signal).finally(() => clearTimeout(waiting));
  if (!release) throw new UsageError(`The lock ${file} could not be taken: make its folder writable, with room.`);
  return work().finally(release);
}

/** Runs `work` while holding the lock on `file`; does nothing if another process holds it. */
export async function ifUnlocked(file: string, work: () => Promise<void>): Promise<void> {
  const release = await take(file, ['--nonblock']);
  if (release) await work().finally(release);
}

async function take(file: string, flags: string[], signal?: AbortSignal): Promise<(() => Promise<void>) | undefined> {
  signal?.throwIfAborted();
  await makeFolder(dirname(file));
  // In its own session, because ^C in a terminal must not release the lock before the work is done.
  const holder = execa('sh', ['-c', script, 'sh', file, ...flags], { detached: true, buffer: false, reject: false });
  const stop = () => holder.kill('SIGKILL');
  signal?.addEventListener('abort', stop);
  const held = await Promise.race([
    new Promise<true>((resolve) => holder.stdout.once('data', () => resolve(true))),
    holder.then(() => false),
  ]);
  signal?.removeEventListener('abort', stop);
  if (signal?.aborted) {
    // The holder may have got the lock just before the abort, and nobody else would release it.
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
