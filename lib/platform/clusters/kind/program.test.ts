import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../errors.ts';
import { kindProgram, kindThere } from './program.ts';

const released = '#!/bin/sh\necho 0.33.0\n';
const digestOf = (text: string) => createHash('sha256').update(text).digest('hex');

let home: string;
let server: Server;
let asked: string[];
let digest: string;
const { PATH, XDG_CACHE_HOME } = process.env;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'automtls-kind-'));
  await mkdir(join(home, 'bin'));
  Object.assign(process.env, { PATH: `${join(home, 'bin')}:${PATH}`, XDG_CACHE_HOME: join(home, 'cache') });
  await onPath('exit 127');
  asked = [];
  digest = digestOf(released);
  server = createServer(({ url = '' }, response) => {
    asked.push(url);
    response.end(url.endsWith('.sha256sum') ? `${digest}  ${url.split('/').at(-1)}\n` : released);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  Object.assign(process.env, { PATH, XDG_CACHE_HOME });
  if (XDG_CACHE_HOME === undefined) delete process.env['XDG_CACHE_HOME'];
  await new Promise((resolve) => server.close(resolve));
  await rm(home, { recursive: true });
});

function program() {
  const from = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return kindProgram({ from, onProgress: () => {}, signal: new AbortController().signal });
}

/** Puts a kind first on the PATH that runs this line of shell. */
async function onPath(line: string): Promise<void> {
  await writeFile(join(home, 'bin/kind'), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
}

test.each(['0.33.0', '0.34.1', '0.40.0-alpha', 'unknown'])('kind %s on the PATH is used as it is', async (says) => {
  await onPath(`echo ${says}`);
  expect(await program()).toBe('kind');
  expect(await kindThere()).toBe('kind');
  expect(asked).toEqual([]);
});

test('where there is none the released one is fetched, verified and kept', async () => {
  expect(await kindThere()).toBeUndefined();
  const file = await program();
  expect(file.startsWith(join(home, 'cache/automtls/kind-0.33.0-'))).toBe(true);
  expect(await readFile(file, 'utf8')).toBe(released);
  expect((await stat(file)).mode & 0o777).toBe(0o755);
  expect(asked.map((url) => url.replace(/-\w+-\w+64/, '-P-A'))).toEqual([
    '/v0.33.0/kind-P-A.sha256sum',
    '/v0.33.0/kind-P-A',
  ]);
  expect(await program()).toBe(file);
  expect(asked).toHaveLength(2);
});

test('one that is too old is left alone, and the released one fetched', async () => {
  await onPath('echo 0.29.0');
  expect(await kindThere()).toBeUndefined();
  expect(await readFile(await program(), 'utf8')).toBe(released);
});

test('what is not as published is not used, and the message says how to get kind otherwise', async () => {
  digest = digestOf('something else');
  await expect(program()).rejects.toThrow(UsageError);
  await expect(program()).rejects.toThrow(/kind 0\.33\.0 .* digest .* Or: go install sigs\.k8s\.io\/kind@v0\.33\.0/);
});
