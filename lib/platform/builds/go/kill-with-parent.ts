import { execa, type Options, type ResultPromise } from 'execa';
import { UsageError } from '../../errors.ts';
import { searchPath } from '../images/packages.ts';

/** Returns a command that runs a program; on Linux, the kernel kills the program when this process ends. */
export function killWithParent(file: string, args: string[]): [string, string[]] {
  return process.platform === 'linux' ? ['setpriv', ['--pdeathsig', 'KILL', '--', file, ...args]] : [file, args];
}

/**
 * Runs a program in its own PID and mount namespace. When this process ends, even if it is killed, the kernel kills the
 * program, and with it everything that it started and mounted.
 */
export function execaInNamespaces<T extends Options>(file: string, args: string[], options: T): ResultPromise<T> {
  if (process.getuid?.() !== 0) {
    throw new UsageError(`Running ${file} in namespaces of its own needs root on Linux: run it with sudo.`);
  }
  const namespaces = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--'];
  const command = execa(...killWithParent('unshare', [...namespaces, file, ...args]), {
    ...options,
    env: { ...options.env, PATH: searchPath() },
    // unshare ignores SIGTERM.
    killSignal: 'SIGKILL',
  });
  // What is added has no part in the result's type, and execa has no name for the type of options with others.
  return command as unknown as ResultPromise<T>;
}
