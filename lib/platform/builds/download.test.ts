import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { UsageError } from '../errors.ts';
import { download, publishedDigest } from './download.ts';

const body = Buffer.alloc(60_000, 'x');
const digest = createHash('sha256').update(body).digest('hex');

let folder: string;
let server: Server;
let answer: (response: ServerResponse, nth: number) => void;
let asked: number;
beforeEach(async () => {
  answer = (response) => response.end(body);
  folder = await mkdtemp(join(tmpdir(), 'automtls-'));
  asked = 0;
  server = createServer((_, response) => {
    asked += 1;
    answer(response, asked);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/kind`;

/** Downloads in another process that can write files of at most so many KiB; returns its output. */
async function downloadWithRoom(kibibytes: number): Promise<string> {
  const options = `{ digest: '${digest}', signal: new AbortController().signal, onProgress: () => {} }`;
  const program = `
    const { download } = await import('${new URL('download.ts', import.meta.url)}');
    const done = download('${url()}', '${join(folder, 'kind')}', ${options});
    console.log(await done.then(() => 'verified', ({ name, message }) => name + ': ' + message));`;
  const node = [process.execPath, '--disable-warning=ExperimentalWarning', '--input-type=module', '-e', program];
  const { stdout } = await execa('bash', ['-c', `ulimit -f ${kibibytes}; exec "$@"`, 'bash', ...node]);
  return stdout;
}

test('a file is whole where its digest is right', async () => {
  expect(await downloadWithRoom(100)).toBe('verified');
});

test('a file for which there is no room is not, though all of it came', async () => {
  expect(await downloadWithRoom(40)).toMatch(/^UsageError: \/.*kind could not be written \(EFBIG.*: make room/);
});

describe('what may be over when it is tried again is tried again', () => {
  const { signal } = new AbortController();
  const downloaded = async () => {
    await download(url(), join(folder, 'kind'), { digest, signal, onProgress: () => {} });
    return readFile(join(folder, 'kind'));
  };

  test('a connection that drops in the middle: nothing is left of what came before it', async () => {
    answer = (response, nth) => {
      if (nth > 1) return response.end(body);
      response.writeHead(200, { 'content-length': body.length });
      return response.write(body.subarray(0, 100), () => response.destroy());
    };
    expect(body.equals(await downloaded())).toBe(true);
    expect(asked).toBe(2);
  });

  test('a server that has just failed', async () => {
    answer = (response, nth) => response.writeHead(nth === 1 ? 503 : 200).end(body);
    expect(body.equals(await downloaded())).toBe(true);
    answer = (response, nth) => response.writeHead(nth === 3 ? 429 : 200).end(`${digest}  kind\n`);
    expect(await publishedDigest(url(), signal)).toBe(digest);
    expect(asked).toBe(4);
  });

  test.each([
    ['what is not there', 404, body, '404 Not Found'],
    ['what is not as published', 200, 'another', 'the download was changed or truncated on the way'],
  ])('but not %s', async (_, status, text, sentence) => {
    answer = (response) => response.writeHead(status).end(text);
    await expect(downloaded()).rejects.toThrow(UsageError);
    expect(asked).toBe(1);
    await expect(downloaded()).rejects.toThrow(sentence);
  });

  test('only until ^C', async () => {
    const controller = new AbortController();
    answer = (response) => response.writeHead(503).end(() => controller.abort(new Error('interrupted')));
    const digesting = publishedDigest(url(), controller.signal);
    await expect(digesting).rejects.toThrow('interrupted');
  });
});
