import { mkdir, mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { UsageError } from '../../platform/errors.ts';
import { leadTo, makeResultsFolder } from './folder.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'automtls-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a folder for results', () => {
  test('is made, and nothing is left of the try', async () => {
    const out = join(folder, 'a', 'results');
    await makeResultsFolder(out);
    expect(await readdir(out)).toEqual([]);
    await leadTo(out, 'first');
    await makeResultsFolder(out);
    expect(await readlink(join(out, 'latest'))).toBe('first');
  });

  test.each<[string, () => Promise<string>, string]>([
    ['whose file system takes no files', async () => '/sys/kernel', 'EPERM|EROFS|EACCES'],
    ['that cannot be made', async () => '/proc/results', 'ENOENT'],
    ['that is a file', async () => fileAt('results'), 'EEXIST'],
    ['where latest is a folder', async () => folderAt('latest'), 'latest is there, and is no link'],
    ['where latest is a file', async () => dirname(await fileAt('latest')), 'latest is there, and is no link'],
  ])('%s is refused before a run', async (_, make, cause) => {
    const out = await make();
    const refused = makeResultsFolder(out);
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(
      new RegExp(`^Results cannot be written to ${out} \\((${cause}).*: name another`),
    );
    expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

test('where latest cannot be replaced, no link is left', async () => {
  await folderAt('latest');
  await expect(leadTo(folder, 'newest')).rejects.toThrow('EISDIR');
  expect(await readdir(folder)).toEqual(['latest']);
});

async function fileAt(name: string): Promise<string> {
  await writeFile(join(folder, name), '');
  return join(folder, name);
}

/** Makes a folder in the folder, and returns the latter. */
async function folderAt(name: string): Promise<string> {
  await mkdir(join(folder, name));
  return folder;
}
