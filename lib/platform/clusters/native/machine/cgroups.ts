import { existsSync } from 'node:fs';
import { readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pRetry from 'p-retry';
import { makeFolder } from '../../../folder.ts';
import { defaultLimits } from '../../../limits.ts';

/** A mounted cgroup hierarchy. */
export interface Hierarchy {
  version: 1 | 2;
  path: string;
  /** Empty for version 2. */
  controllers: string[];
}

/** Returns the path of the cluster's cgroup, below the root of every hierarchy. */
export function cgroupOf(name: string): string {
  return `/automtls-${name}`;
}

/**
 * Returns the hierarchies that /proc/self/mountinfo lists: one on a unified system, several on a legacy or hybrid one.
 */
export function hierarchies(mountinfo: string): Hierarchy[] {
  return mountinfo.split('\n').flatMap((line): Hierarchy[] => {
    const [place = '', filesystem = ''] = line.split(' - ');
    const path = place.split(' ')[4] ?? '';
    const [type, , options = ''] = filesystem.split(' ');
    if (type === 'cgroup2') return [{ version: 2, path, controllers: [] }];
    if (type === 'cgroup') return [{ version: 1, path, controllers: options.split(',') }];
    return [];
  });
}

/** Creates the cluster's cgroup in every hierarchy, since the kubelet looks for it in each. */
export async function makeCgroups(name: string): Promise<void> {
  for (const { version, path, controllers } of await mounted()) {
    const group = join(path, cgroupOf(name));
    await makeFolder(group);
    if (version === 2) {
      await enableControllers(path);
      await enableControllers(group);
    } else if (controllers.includes('cpuset')) {
      for (const file of ['cpuset.mems', 'cpuset.cpus']) {
        await writeFile(join(group, file), await readFile(join(path, file), 'utf8'));
      }
    }
  }
}

/** Returns whether processes run in the cluster's cgroups, or in those below. */
export async function hasProcesses(name: string): Promise<boolean> {
  const groups = (await mounted()).map(({ path }) => join(path, cgroupOf(name))).filter((group) => existsSync(group));
  const files = await Promise.all(
    groups.map(async (group) => {
      const below = await readdir(group, { recursive: true, withFileTypes: true });
      const folders = below.filter((entry) => entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
      return [group, ...folders].map((folder) => join(folder, 'cgroup.procs'));
    }),
  );
  // A cgroup may disappear while it is read.
  const lists = await Promise.all(files.flat().map((file) => readFile(file, 'utf8').catch(() => '')));
  return lists.some((list) => list.trim() !== '');
}

/** Removes the cluster's cgroups. Their processes must have ended. */
export async function removeCgroups(name: string): Promise<void> {
  await Promise.all((await mounted()).map(({ path }) => removeTree(join(path, cgroupOf(name)))));
}

async function mounted(): Promise<Hierarchy[]> {
  return hierarchies(await readFile('/proc/self/mountinfo', 'utf8'));
}

/** Enables controllers one at a time: if one cannot be enabled, a write of them all would fail. */
async function enableControllers(group: string): Promise<void> {
  const available = (await readFile(join(group, 'cgroup.controllers'), 'utf8')).trim().split(' ').filter(Boolean);
  for (const controller of available) {
    await writeFile(join(group, 'cgroup.subtree_control'), `+${controller}`).catch(() => {});
  }
}

async function removeTree(group: string): Promise<void> {
  if (!existsSync(group)) return;
  const entries = await readdir(group, { withFileTypes: true });
  await Promise.all(entries.filter((entry) => entry.isDirectory()).map((entry) => removeTree(join(group, entry.name))));
  // A cgroup stays busy for a moment after its last process has ended.
  await pRetry(() => rmdir(group), {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: 10,
    factor: 1,
    maxRetryTime: defaultLimits.killMs,
    shouldRetry: ({ error }) => (error as NodeJS.ErrnoException).code === 'EBUSY',
  });
}
