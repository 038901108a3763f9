import type { Stats } from 'node:fs';
import { lstat, rename, rm, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../platform/errors.ts';
import { whyUnwritable } from '../../platform/folder.ts';

/** Links `<folder>/latest` to one of the folders in it. */
export async function leadTo(folder: string, name: string): Promise<void> {
  // Renamed into place, because another process may do the same concurrently.
  const link = join(folder, `latest-${name}`);
  await symlink(name, link);
  await rename(link, join(folder, 'latest')).catch(async (error: unknown) => {
    await rm(link);
    throw error;
  });
}

/**
 * Creates the folder for results, and makes sure that files can be written and `latest` can be linked there. A command
 * calls it before anything is booted, since what cannot be written is lost.
 * @throws UsageError if not
 */
export async function makeResultsFolder(out: string): Promise<void> {
  const cause = (await whyUnwritable(out)) ?? (await whyUnlinkable(out));
  if (cause !== undefined) {
    throw new UsageError(`Results cannot be written to ${out} (${cause}): name another folder with --out.`);
  }
}

async function whyUnlinkable(out: string): Promise<string | undefined> {
  const latest = await lstat(join(out, 'latest')).catch(() => undefined);
  if (latest === undefined) return undefined;
  if (!latest.isSymbolicLink()) return 'latest is there, and is no link to the newest: move it away';
  return (await isAnothers(out, latest))
    ? 'latest is a link of another user, in a folder with the sticky bit'
    : undefined;
}

const STICKY = 0o1000;

/** Returns whether this user may not replace a file although the folder is writable, as in /tmp. */
async function isAnothers(folder: string, { uid }: Stats): Promise<boolean> {
  const above = await stat(folder);
  const own = process.geteuid?.();
  return (above.mode & STICKY) !== 0 && own !== 0 && own !== uid && own !== above.uid;
}
