import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { grouped } from './grouped.ts';

test('what a program says is returned, and each line of its stderr is told at once', async () => {
  const lines: string[] = [];
  const result = await grouped('sh', ['-c', 'echo out; echo one >&2; echo two >&2; exit 3'], {
    onLine: (line) => lines.push(line),
  });
  expect(result.failed).toBe(true);
  expect(result.output.split('\n').toSorted()).toEqual(['one', 'out', 'two']);
  expect(lines).toEqual(['one', 'two']);
});

test('variables are added to those of this process', async () => {
  const { output } = await grouped('sh', ['-c', 'echo "$KUBECONFIG"; test -n "$PATH" && echo and a PATH'], {
    env: { KUBECONFIG: 'own' },
  });
  expect(output).toBe('own\nand a PATH');
});

test('a program that is not there has failed, and the output says so', async () => {
  const result = await grouped('automtls-is-not-there', []);
  expect(result).toMatchObject({ failed: true, output: expect.stringContaining('ENOENT') });
});

test('the signal ends all that a program has started', async () => {
  const controller = new AbortController();
  let started: number | undefined;
  const running = grouped('sh', ['-c', 'sleep 1000 & echo $! >&2; wait'], {
    signal: controller.signal,
    onLine: (line) => {
      started = Number(line);
      controller.abort(new Error('interrupted'));
    },
  });
  await expect(running).rejects.toThrow('interrupted');
  await expect(gone(started as number)).resolves.toBe(true);
});

/** Polls until the process has ended; a zombie counts as ended. */
async function gone(pid: number): Promise<boolean> {
  for (let look = 0; look < 100; look++) {
    try {
      if (/\) [ZX] /.test(await readFile(`/proc/${pid}/stat`, 'utf8'))) return true;
    } catch {
      return true;
    }
    await pause(20);
  }
  return false;
}
