import { existsSync } from 'node:fs';
import { mkdir, rename, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Creates a folder and its parents, unless they exist. Node's recursive mkdir is not used: on a file system such as
 * /proc, which reports an existing folder as missing, it loops forever with growing memory.
 */
export async function makeFolder(path: string): Promise<void> {
  const above = dirname(path);
  if (!existsSync(above)) await makeFolder(above);
  await mkdir(path).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST' || !(await stat(path)).isDirectory()) throw error;
  });
}

/** Links `<folder>/latest` to one of the folders in it. */
export async function leadTo(folder: string, name: string): Promise<void> {
  // Renamed into place, because another process may do the same concurrently.
  const link = join(folder, `latest-${name}`);
  await symlink(name, link);
  await rename(link, join(folder, 'latest'));
}
