import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

const body = Buffer.alloc(60_000, 'x');
const digest = createHash('sha256').update(body).digest('hex');

let folder: string;
let server: Server;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'automtls-'));
  server = createServer((_, response) => response.end(body)).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

/** Downloads in a process of its own, whose files have room for so many KiB; returns what came of it. */
async function downloadWithRoom(kibibytes: number): Promise<string> {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/kind`;
  const options = `{ digest: '${digest}', signal: new AbortController().signal, onProgress: () => {} }`;
  const program = `
    const { download } = await import('${new URL('download.ts', import.meta.url)}');
    const done = download('${url}', '${join(folder, 'kind')}', ${options});
    console.log(await done.then(() => 'verified', ({ name, message }) => name + ': ' + message));`;
  const node = [process.execPath, '--disable-warning=ExperimentalWarning', '--input-type=module', '-e', program];
  const { stdout } = await execa('bash', ['-c', `ulimit -f ${kibibytes}; exec "$@"`, 'bash', ...node]);
  return stdout;
}

test('a file is whole where its digest is right', async () => {
  expect(await downloadWithRoom(100)).toBe('verified');
});

test('a file for which there is no room is not, though all of it came', async () => {
  expect(await downloadWithRoom(40)).toMatch(/^UsageError: The download of http.* stopped .*EFBIG/);
});
