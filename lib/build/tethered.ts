import { execa, type Options } from 'execa';
import { UsageError } from '../errors.ts';

/**
 * Runs a program that ends with this process, however that ends, together with everything it started and mounted:
 * the kernel kills its outer process, and with it the PID and mount namespace.
 */
export function tethered<T extends Options>(file: string, args: string[], options: T) {
  if (process.getuid?.() !== 0) {
    throw new UsageError(`Running ${file} in namespaces of its own needs root on Linux: run it with sudo.`);
  }
  const namespaces = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--'];
  return execa('setpriv', ['--pdeathsig', 'KILL', '--', ...namespaces, file, ...args], {
    ...options,
    // unshare ignores the polite signal
    killSignal: 'SIGKILL',
  });
}
