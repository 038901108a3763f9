import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ExecaError, execa } from 'execa';
import { UsageError } from './errors.ts';

/**
 * Writes folders of a repository, as a commit has them, into another folder, with the paths that they have there.
 * @throws UsageError if the commit is not in the repository, or does not have the folders
 */
export async function foldersAt(
  commit: string,
  { repository, folders, into }: { repository: string; folders: readonly string[]; into: string },
): Promise<void> {
  const archive = join(into, 'commit.tar');
  const git = (...args: string[]) => execa('git', ['-C', repository, ...args]);
  try {
    await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${commit}^{commit}`);
    await git('archive', '--output', archive, commit, '--', ...folders);
    await execa('tar', ['-xf', archive, '-C', into]);
    await rm(archive);
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    const [line = ''] = String(error.stderr ?? '').split('\n');
    throw new UsageError(
      `${folders.join(', ')} cannot be read as of ${commit}${line === '' ? '' : ` (${line})`}: check out with fetch-depth: 0, so that the commit is there, and name folders that it has.`,
    );
  }
}
