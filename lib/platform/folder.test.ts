import { mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { artefact, cacheDirectory } from './builds/cache.ts';
import { down, status, up } from './clusters/native/index.ts';
import { stateRoot } from './clusters/native/kept/layout.ts';
import { UsageError } from './errors.ts';
import { explainFullDisk, makeFolder, makeUserFolder } from './folder.ts';

let folder: string;
const environment = { ...process.env };
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'automtls-'));
});
afterEach(async () => {
  process.env = { ...environment };
  await rm(folder, { recursive: true });
});

test('a folder is made with all that is above it, and one that is there stays', async () => {
  const wanted = join(folder, 'a', 'b', 'c');
  await makeFolder(wanted);
  await writeFile(join(wanted, 'file'), '');
  await makeFolder(wanted);
  expect((await stat(join(wanted, 'file'))).isFile()).toBe(true);
  await symlink(wanted, join(folder, 'link'));
  await makeFolder(join(folder, 'link'));
});

test.each([
  ['a file', 'EEXIST'],
  ['below a file', 'ENOTDIR'],
])('%s is none', async (what, code) => {
  await writeFile(join(folder, 'file'), '');
  await expect(makeFolder(join(folder, 'file', ...(what === 'a file' ? [] : ['a'])))).rejects.toThrow(code);
});

test('where a file system takes no folders, that is told at once', async () => {
  await expect(makeFolder('/proc/a/b')).rejects.toThrow("ENOENT: no such file or directory, mkdir '/proc/a'");
});

test('the user’s folders are in the home folder unless the environment names others', () => {
  expect(cacheDirectory({ XDG_CACHE_HOME: '' })).toMatch(/\/\.cache\/automtls$/);
  expect(stateRoot({})).toMatch(/\/\.local\/state\/automtls$/);
  expect(stateRoot({ XDG_STATE_HOME: '/states' })).toBe('/states/automtls');
});

describe.each(['XDG_CACHE_HOME', 'XDG_STATE_HOME'] as const)('%s', (variable) => {
  test.each<[string, () => Promise<string>, RegExp]>([
    ['relative', async () => 'here', new RegExp(`^${variable} must be an absolute path, not "here": set it to one`)],
    [
      'a file',
      fileThere,
      /\/file\/automtls cannot be written \(ENOTDIR: .*\): set XDG_.* to a folder that can, and has room/,
    ],
    ['on a file system that takes none', async () => '/sys/kernel', /^\/sys\/kernel\/automtls cannot be written \(E/],
    [
      'where Node’s recursive mkdir never ends',
      async () => '/proc/a',
      /^\/proc\/a\/automtls cannot be written \(ENOENT/,
    ],
  ])('that is %s is a mistake of the user, before anything is built', async (_, place, sentence) => {
    Object.assign(process.env, { XDG_CACHE_HOME: folder, XDG_STATE_HOME: folder, [variable]: await place() });
    // Aborted, so that nothing is built or started if it is not refused.
    const options = { onProgress: () => {}, signal: AbortSignal.abort() };
    const refused = up({ name: `test-${process.pid}`, istio: '1.31-dev', lasting: true, ...options });
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(sentence);
    if (variable === 'XDG_STATE_HOME') return;
    const made = artefact({ name: 'thing', ingredients: [], make: async () => {} }, options);
    await expect(made).rejects.toThrow(sentence);
  });
});

test('what can be written is left as it was', async () => {
  await makeUserFolder('XDG_STATE_HOME', join(folder, 'automtls'));
  expect(await readdir(join(folder, 'automtls'))).toEqual([]);
});

test('a cluster can be taken down, and looked at, where no state can be', async () => {
  const name = `test-${process.pid}`;
  process.env['XDG_STATE_HOME'] = await fileThere();
  expect(await status(name)).toEqual({ state: 'absent' });
  await down({ name, onProgress: () => {} });
});

test('a disk that fills while something is built is a mistake of the user', async () => {
  process.env['XDG_CACHE_HOME'] = folder;
  const options = { onProgress: () => {}, signal: new AbortController().signal };
  const make = async (): Promise<never> => {
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  };
  const made = artefact({ name: 'thing', ingredients: [], make }, options);
  await expect(made).rejects.toThrow(UsageError);
  await expect(made).rejects.toThrow(
    `No room is left in ${folder}/automtls, or for temporary files in ${tmpdir()} (ENOSPC)`,
  );
  const said = new Error('Command failed: go build\nlink: write $WORK/a: no space left on device');
  expect(explainFullDisk(said, 'XDG_STATE_HOME', '/s')).toBeInstanceOf(UsageError);
  const another = new Error('no');
  expect(explainFullDisk(another, 'XDG_STATE_HOME', '/s')).toBe(another);
});

async function fileThere(): Promise<string> {
  const file = join(folder, 'file');
  await writeFile(file, '');
  return file;
}
