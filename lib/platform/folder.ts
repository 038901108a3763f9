import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { messageOf, UsageError } from './errors.ts';

/**
 * Creates a folder and its parents, unless they exist. Node's recursive mkdir is not used anywhere: on a file system
 * such as /proc, which reports an existing folder as missing, it loops forever, and the process ignores SIGTERM.
 */
export async function makeFolder(path: string): Promise<void> {
  const above = dirname(path);
  if (!existsSync(above)) await makeFolder(above);
  await mkdir(path).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST' || !(await stat(path)).isDirectory()) throw error;
  });
}

/** Creates a folder and tries to write a file in it. Returns why that is not possible; undefined if it is. */
export async function whyUnwritable(folder: string): Promise<string | undefined> {
  const write = async (): Promise<undefined> => {
    await makeFolder(folder);
    const trial = await mkdtemp(join(folder, '.trial-'));
    await writeFile(join(trial, 'file'), 'written').finally(() => rm(trial, { recursive: true }));
  };
  return write().catch(messageOf);
}

/** The user's folders, as the XDG Base Directory Specification has them, below the home folder. */
const usual = { XDG_CACHE_HOME: '.cache', XDG_STATE_HOME: '.local/state' };
type UserFolder = keyof typeof usual;

/**
 * Returns the folder of this project in one of the user's folders.
 * @throws UsageError if the variable is not an absolute path
 */
export function userFolder(variable: UserFolder, env: NodeJS.ProcessEnv): string {
  const value = env[variable] || join(homedir(), usual[variable]);
  if (isAbsolute(value)) return join(value, 'automtls');
  throw new UsageError(
    `${variable} must be an absolute path, not "${value}": set it to one, or unset it for ~/${usual[variable]}.`,
  );
}

/**
 * Creates the folder of this project in one of the user's folders.
 * @param folder the result of userFolder
 * @throws UsageError if nothing can be written there
 */
export async function makeUserFolder(variable: UserFolder, folder: string): Promise<void> {
  const cause = await whyUnwritable(folder);
  if (cause !== undefined) {
    throw new UsageError(`${folder} cannot be written (${cause}): set ${variable} to a folder that can, and has room.`);
  }
}

/** Returns the error; one of a full disk, of this process or in the output of a program, as a sentence that says what to do. */
export function explainFullDisk(error: unknown, variable: UserFolder, folder: string): unknown {
  const full = /ENOSPC|EDQUOT|no space left on device|disk quota exceeded/i.exec(messageOf(error));
  if (full === null) return error;
  return new UsageError(
    `No room is left in ${folder}, or for temporary files in ${tmpdir()} (${full[0]}): make room, or set ${variable} and TMPDIR to folders that have some.`,
  );
}
