import { readdir, readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { InconclusiveError } from '../../platform/errors.ts';

// The processes of a native cluster's pods are processes of this machine, too.

/**
 * Returns the ids of a pod's processes on this machine.
 * @param which the name of their program, or a variable of their environment; by default all of them
 * @throws InconclusiveError if there are none
 */
export async function processesOf(pod: string, which: Which = {}): Promise<number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(ids.map(async (id) => ((await isOf(id, pod, which)) ? [Number(id)] : [])));
  const own = found.flat();
  if (own.length > 0) return own;
  throw new InconclusiveError(`Pod ${pod} has no process ${which.program ?? which.variable ?? ''} on this machine.`);
}

interface Which {
  program?: string | undefined;
  variable?: string;
}

async function isOf(id: string, pod: string, { program, variable }: Which): Promise<boolean> {
  // A process may end meanwhile.
  const read = (file: string): Promise<string> => readFile(`/proc/${id}/${file}`, 'utf8').catch(() => '');
  const environment = (await read('environ')).split('\0');
  const wanted = [`HOSTNAME=${pod}`, ...(variable === undefined ? [] : [variable])];
  if (!wanted.every((one) => environment.includes(one))) return false;
  return program === undefined || (await read('comm')).trim() === program;
}

/** Stops processes where they are, lets them continue, or kills them. A process that has ended is left out. */
export function signalAll(ids: number[], signal: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): void {
  for (const id of ids) {
    try {
      process.kill(id, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

/** Adds a rule of iptables in the network namespace of a process, or deletes it. */
export async function firewallRule(id: number, how: '-I' | '-D', [table = '', chain = '', ...rule]: string[]) {
  const rules = ['iptables', '-w', '-t', table, how, chain, ...rule];
  await execa('nsenter', ['--net', '--target', String(id), ...rules]);
}
