import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tarHeader, writeTar } from './tar.ts';

const directory = mkdtempSync(join(tmpdir(), 'tar-'));
afterAll(() => rmSync(directory, { recursive: true }));

test('an archive holds bytes and files, as tar itself reads them', async () => {
  const program = join(directory, 'program');
  writeFileSync(program, 'x'.repeat(1000), { mode: 0o700 });
  const path = join(directory, 'a.tar');
  await writeTar(path, [
    { name: 'text', content: Buffer.from('hello') },
    { name: 'usr/bin/program', content: { file: program } },
  ]);
  expect(readFileSync(path).length % 512).toBe(0);
  const listed = execFileSync('tar', ['--numeric-owner', '-tvf', path], { encoding: 'utf8', env: { TZ: 'UTC' } });
  expect(listed.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^-rw-r--r-- 0\/0 +5 1970-01-01 00:00 text$/),
    expect.stringMatching(/^-rwxr-xr-x 0\/0 +1000 1970-01-01 00:00 usr\/bin\/program$/),
  ]);
  expect(execFileSync('tar', ['-xOf', path, 'text'], { encoding: 'utf8' })).toBe('hello');
});

test('a name that does not fit is refused, not cut', () => {
  expect(() => tarHeader('x'.repeat(101), 0, 0o644)).toThrow('over 100 bytes');
});
