import { execa, type Options } from 'execa';
import { UsageError } from '../errors.ts';
import { searchPath } from './packages.ts';

/** Returns the command that runs a program which the kernel kills when this process ends, where the kernel is Linux. */
export function killWithParent(file: string, args: string[]): [string, string[]] {
  return process.platform === 'linux' ? ['setpriv', ['--pdeathsig', 'KILL', '--', file, ...args]] : [file, args];
}

/**
 * Runs a program that ends with this process, however that ends, together with everything it started and mounted: the
 * kernel kills its outer process, and with it the PID and mount namespace.
 */
export function execaInNamespaces<T extends Options>(file: string, args: string[], options: T) {
  if (process.getuid?.() !== 0) {
    throw new UsageError(`Running ${file} in namespaces of its own needs root on Linux: run it with sudo.`);
  }
  const namespaces = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--'];
  return execa(...killWithParent('unshare', [...namespaces, file, ...args]), {
    ...options,
    env: { ...options.env, PATH: searchPath() },
    // unshare ignores the polite signal
    killSignal: 'SIGKILL',
  });
}
