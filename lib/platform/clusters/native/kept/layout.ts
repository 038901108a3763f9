import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { userFolder } from '../../../folder.ts';

/** Paths as seen inside the namespaces. */
export const inside = {
  state: '/run/automtls/state',
  programs: '/run/automtls/programs',
  store: '/run/automtls/store',
  layers: '/run/automtls/layers',
  containerd: '/run/containerd/containerd.sock',
};

export const logsInside = `${inside.state}/logs`;

/** Addresses that all clusters can use at the same time, because they are not visible outside a cluster. */
export const network = {
  pods: '10.244.0.0/16',
  services: '10.96.0.0/16',
  kubernetes: '10.96.0.1',
  dns: '10.96.0.10',
};

/**
 * Returns the directory that holds the state of all native clusters.
 * @throws UsageError if the user's is not an absolute path
 */
export function stateRoot(env: NodeJS.ProcessEnv = process.env): string {
  return userFolder('XDG_STATE_HOME', env);
}

/** Returns the names of all clusters that have a state directory. */
export async function clusterNames(): Promise<string[]> {
  const names = await readdir(stateRoot()).catch(() => []);
  return names.filter((name) => !name.startsWith('.'));
}

/** Returns the directory with all files of a cluster. */
export function stateDirectory(name: string): string {
  return join(stateRoot(), name);
}

/** Returns the path of a component's log. */
export function logOf(state: string, component: string): string {
  return join(state, 'logs', `${component}.log`);
}

/** Returns the last lines of a log. */
export function lastLines(file: string, count = 8): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
  } catch {
    return '(empty)';
  }
}
