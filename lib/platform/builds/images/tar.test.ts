import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeTar } from './tar.ts';

const directory = mkdtempSync(join(tmpdir(), 'tar-'));
afterAll(() => rmSync(directory, { recursive: true }));

const long = `${'directory/'.repeat(30)}file`;

test('an archive holds bytes and files, as tar itself reads them, also under long names', async () => {
  const program = join(directory, 'program');
  writeFileSync(program, 'x'.repeat(3_000_000), { mode: 0o700 });
  const path = join(directory, 'a.tar');
  await writeTar(path, [
    { name: 'text', content: Buffer.from('hello') },
    { name: 'usr/bin/program', content: { file: program } },
    { name: long, content: Buffer.from('far below') },
  ]);
  const listed = execFileSync('tar', ['--numeric-owner', '-tvf', path], { encoding: 'utf8', env: { TZ: 'UTC' } });
  expect(listed.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^-rw-r--r-- 0\/0 +5 1970-01-01 00:00 text$/),
    expect.stringMatching(/^-rwxr-xr-x 0\/0 +3000000 1970-01-01 00:00 usr\/bin\/program$/),
    expect.stringMatching(/^-rw-r--r-- 0\/0 +9 1970-01-01 00:00 directory\/.*\/file$/),
  ]);
  const read = (name: string) => execFileSync('tar', ['-xOf', path, name], { maxBuffer: 1 << 22 });
  expect(read('text').toString()).toBe('hello');
  expect(read(long).toString()).toBe('far below');
  expect(read('usr/bin/program').equals(readFileSync(program))).toBe(true);
});

test('a file that is not there, and a place that cannot be written to, are errors', async () => {
  const missing = writeTar(join(directory, 'b.tar'), [{ name: 'a', content: { file: join(directory, 'nowhere') } }]);
  await expect(missing).rejects.toThrow('ENOENT');
  const unwritable = writeTar(join(directory, 'nowhere', 'c.tar'), [{ name: 'a', content: Buffer.from('a') }]);
  await expect(unwritable).rejects.toThrow('ENOENT');
});
