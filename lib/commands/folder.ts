import { existsSync } from 'node:fs';
import { mkdir, rename, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Makes a folder and what is above it; one that is there stays. Node's own way never ends, and takes more and more memory,
 * where a file system answers as /proc does: that a folder which is there is not.
 */
export async function makeFolder(path: string): Promise<void> {
  const above = dirname(path);
  if (!existsSync(above)) await makeFolder(above);
  await mkdir(path).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST' || !(await stat(path)).isDirectory()) throw error;
  });
}

/** Lets `<folder>/latest` lead to one of the folders in it. */
export async function leadTo(folder: string, name: string): Promise<void> {
  // Renamed into place, since another process may do the same at the same time.
  const link = join(folder, `latest-${name}`);
  await symlink(name, link);
  await rename(link, join(folder, 'latest'));
}
