import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { execa } from 'execa';

/**
 * Runs `work` while nobody else holds the lock on `file`. A child holds it for as long as its standard input is open,
 * so the kernel frees it when this process ends, however it ends.
 */
export async function withLock<T>(
  file: string,
  { onWait, signal }: { onWait: () => void; signal?: AbortSignal | undefined },
  work: () => Promise<T>,
): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  const holder = execa('flock', ['--exclusive', file, 'sh', '-c', 'echo held; exec cat'], {
    detached: true,
    ...(signal && { cancelSignal: signal }),
    buffer: false,
  });
  holder.catch(() => {});
  const waiting = setTimeout(onWait, 1000);
  try {
    await new Promise<void>((resolve, reject) => {
      holder.stdout.once('data', () => resolve());
      holder.then(() => reject(new Error(`the lock ${file} could not be taken`)), reject);
    });
  } finally {
    clearTimeout(waiting);
  }
  try {
    return await work();
  } finally {
    holder.stdin.end();
    await holder.catch(() => {});
  }
}
