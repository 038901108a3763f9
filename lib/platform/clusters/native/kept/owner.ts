import { existsSync } from 'node:fs';
import { readdir, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { UsageError } from '../../../errors.ts';
import { logOf, stateDirectory, stateRoot } from './layout.ts';

/** Who runs a native cluster on this machine. */
export interface Owner {
  /** The supervisor's process. */
  pid: number;
  user: string;
  /** The cluster's state directory. */
  state: string;
}

/**
 * Returns who runs a cluster of this name on this machine, wherever its state is; undefined if nobody is seen to.
 */
export async function ownerOf(name: string): Promise<Owner | undefined> {
  const found = (await supervisors()).find(({ state }) => basename(state) === name);
  return found && { ...found, user: await userOf(found.pid) };
}

const logInState = logOf('', 'supervisor');

/**
 * Returns the supervisors of all native clusters on this machine. Each writes its errors to a log in the state
 * directory, so its processes show the path.
 */
export async function supervisors(): Promise<Pick<Owner, 'pid' | 'state'>[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const errors = await readlink(`/proc/${pid}/fd/2`).catch(() => '');
      // The kernel says so if the log was deleted.
      const log = errors.replace(/ \(deleted\)$/, '');
      const state = log.slice(0, -logInState.length - 1);
      return log === logOf(state, 'supervisor') && basename(dirname(state)) === 'automtls' ? [{ pid, state }] : [];
    }),
  );
  return found.flat().sort((a, b) => a.pid - b.pid);
}

/**
 * Makes sure that no cluster of this name runs on this machine with its state elsewhere.
 * @throws UsageError that names its owner, its state and the ways out
 */
export async function assertNotElsewhere(name: string): Promise<void> {
  const owner = await elsewhere(name);
  if (owner !== undefined) throw new UsageError(elsewhereWords(name, owner));
}

/** Returns who runs a cluster of this name with its state in another directory than this process looks in. */
export async function elsewhere(name: string): Promise<Owner | undefined> {
  const owner = await ownerOf(name);
  // Processes show paths without symbolic links.
  const root = await realpath(stateRoot()).catch(() => stateRoot());
  return owner?.state === join(root, name) ? undefined : owner;
}

/** Returns what to do about a cluster of somebody else, or of another XDG_STATE_HOME. */
export function elsewhereWords(name: string, { pid, user, state }: Owner): string {
  const home = dirname(dirname(state));
  const down = existsSync(state)
    ? `XDG_STATE_HOME=${home} npx automtls cluster down --native-name ${name} takes it down`
    : `its state is gone: kill ${pid} ends it`;
  return `A native cluster ${name} runs on this machine already: process ${pid} of ${user}, with its state in ${state}, not in ${stateDirectory(name)}. It stays as it is. ${down}; npx automtls cluster up --native-name NAME starts another beside it.`;
}

async function userOf(pid: number): Promise<string> {
  const { uid } = await stat(`/proc/${pid}`);
  const { stdout, failed } = await execa('id', ['-nu', String(uid)], { reject: false });
  return failed ? `user ${uid}` : stdout;
}
