import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pRetry from 'p-retry';
import { defaultLimits } from '../../limits.ts';

/** A mounted hierarchy of control groups. */
export interface Hierarchy {
  version: 1 | 2;
  path: string;
  /** Version 1 only. */
  controllers: string[];
}

/** Returns the cluster's control group, below the root of every hierarchy. */
export function cgroupOf(name: string): string {
  return `/automtls-${name}`;
}

/** Returns the hierarchies that /proc/self/mountinfo lists: one on a unified system, several on a legacy or hybrid one. */
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

/** Makes the cluster's control group wherever the kubelet looks for it. */
export async function makeCgroups(name: string): Promise<void> {
  for (const { version, path, controllers } of await mounted()) {
    const group = join(path, cgroupOf(name));
    await mkdir(group, { recursive: true });
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

/** Removes the cluster's control groups, whose processes have ended. */
export async function removeCgroups(name: string): Promise<void> {
  await Promise.all((await mounted()).map(({ path }) => removeTree(join(path, cgroupOf(name)))));
}

async function mounted(): Promise<Hierarchy[]> {
  return hierarchies(await readFile('/proc/self/mountinfo', 'utf8'));
}

/** One at a time, as one that can't be had for children would refuse them all. */
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
  // a group stays busy for a moment after its last process
  await pRetry(() => rmdir(group), {
    ...{ retries: Number.POSITIVE_INFINITY, minTimeout: 10, factor: 1, maxRetryTime: defaultLimits.killMs },
    shouldRetry: ({ error }) => (error as NodeJS.ErrnoException).code === 'EBUSY',
  });
}
