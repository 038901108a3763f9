import { execa } from 'execa';

/**
 * Runs a program in its own process group, so ^C in a terminal does not reach it. When the signal aborts, the program
 * and everything that it started are killed.
 * @param options.env variables besides those of this process, such as KUBECONFIG
 */
export async function grouped(
  file: string,
  args: string[],
  {
    signal,
    onLine,
    env = {},
  }: { signal?: AbortSignal; onLine?: (line: string) => void; env?: Record<string, string> } = {},
): Promise<{ failed: boolean; output: string }> {
  signal?.throwIfAborted();
  const running = execa(file, args, {
    env,
    detached: true,
    all: true,
    reject: false,
    stdin: 'ignore',
    stderr: function* (line: unknown) {
      onLine?.(String(line));
      yield line;
    },
  });
  const end = () => {
    try {
      if (running.pid !== undefined) process.kill(-running.pid);
    } catch {
      // The process group has already ended.
    }
  };
  signal?.addEventListener('abort', end);
  process.once('exit', end);
  try {
    const { failed, all, shortMessage } = await running;
    signal?.throwIfAborted();
    return { failed, output: all?.trim() || shortMessage || '' };
  } finally {
    signal?.removeEventListener('abort', end);
    process.off('exit', end);
  }
}
