import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { UsageError } from '../errors.ts';
import type { Progress } from '../progress.ts';
import { imagesOf, publishedNotes, release } from './release.ts';
import { releaseFor, tarballOf } from './releases.ts';

const wanted = releaseFor('1.31.1');
const path = `/1.31.1/${tarballOf(wanted, process)}`;
const istioctl = Buffer.from('#!/bin/sh\necho 1.31.1\n');

let cache: string;
let server: Server;
let asked: string[];
let answers: Record<string, RequestListener>;
let progress: Progress[];

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'automtls-release-'));
  process.env['XDG_CACHE_HOME'] = cache;
  const archive = await tarball();
  const digest = createHash('sha256').update(archive).digest('hex');
  asked = [];
  progress = [];
  answers = {
    [path]: (_, response) => response.end(archive),
    [`${path}.sha256`]: (_, response) => response.end(`${digest}  ${path.split('/').at(-1)}\n`),
  };
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const answer = answers[request.url ?? ''];
    if (answer) answer(request, response);
    else response.writeHead(404).end('Not Found');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(cache, { recursive: true });
});

async function tarball(): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name: 'istio-1.31.1/README.md' }, Buffer.alloc(200_000, 'of no use here. '));
  archive.entry({ name: 'istio-1.31.1/bin/istioctl', mode: 0o755 }, istioctl);
  archive.entry({ name: 'istio-1.31.1/bin/istioctl.bash' }, '# completion');
  archive.finalize();
  return gzipSync(await buffer(archive), { level: 0 });
}

function fetched(signal = new AbortController().signal) {
  const from = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return release(wanted, { from, onProgress: (one) => progress.push(one), signal });
}

/** Returns the names in the cache directory, without locks and what failed downloads left. */
async function kept(): Promise<string[]> {
  const names = await readdir(join(cache, 'automtls')).catch(() => []);
  return names.filter((name) => !/\.(lock|partial)$/.test(name));
}

test('a release is downloaded, verified, and only its istioctl is kept', async () => {
  const source = await fetched();
  expect(source).toMatchObject({
    version: '1.31.1',
    hub: 'docker.io/istio',
    tag: '1.31.1',
  });
  expect(await readFile(source.istioctl)).toEqual(istioctl);
  expect((await stat(source.istioctl)).mode & 0o777).toBe(0o755);
  expect(await readdir(join(source.istioctl, '..'))).toEqual(['istioctl']);
  expect(progress[0]).toEqual({ phase: `downloading ${path.split('/').at(-1)}` });
});

test('its images are two', () => {
  expect(imagesOf(wanted)).toEqual(['docker.io/istio/pilot:1.31.1', 'docker.io/istio/proxyv2:1.31.1']);
});

test('what was fetched once is not fetched again', async () => {
  const first = await fetched();
  const second = await fetched();
  expect(second.istioctl).toBe(first.istioctl);
  expect(asked).toEqual([`${path}.sha256`, path]);
});

test('what has not its published checksum is not used', async () => {
  answers[`${path}.sha256`] = (_, response) => response.end(`${'0'.repeat(64)}  x\n`);
  await expect(fetched()).rejects.toThrow(UsageError);
  await expect(fetched()).rejects.toThrow(/has the SHA-256 digest [0-9a-f]{64}, but 0{64} is published/);
  expect(await kept()).toEqual([]);
});

test('after a failure, the next run starts afresh', async () => {
  const right = answers[path] as RequestListener;
  answers[path] = (_, response) => response.end('tampered');
  await expect(fetched()).rejects.toThrow(UsageError);
  answers[path] = right;
  expect(await readFile((await fetched()).istioctl)).toEqual(istioctl);
});

test('a release that is not there is said so, with the address and the remedy', async () => {
  answers = {};
  await expect(fetched()).rejects.toThrow(UsageError);
  await expect(fetched()).rejects.toThrow(
    new RegExp(`${path}\\.sha256 could not be fetched \\(404 Not Found\\): use a published release`),
  );
});

test('a checksum that is a page is none', async () => {
  answers[`${path}.sha256`] = (_, response) => response.end('<html>log in</html>');
  await expect(fetched()).rejects.toThrow(/contains "<html>log in<\/html>" instead of a SHA-256 digest/);
});

test('a body that breaks off is said so, with how much of it there was', async () => {
  answers[path] = (_, response) => {
    response.writeHead(200, { 'content-length': 300_000 });
    response.write(Buffer.alloc(100_000), () => response.destroy());
  };
  await expect(fetched()).rejects.toThrow(UsageError);
  await expect(fetched()).rejects.toThrow(/stopped after \d+ of 300000 bytes \(other side closed\): try again/);
  expect(await kept()).toEqual([]);
});

test('a server that is not there is said so', async () => {
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  const from = `http://127.0.0.1:${(address as AddressInfo).port}`;
  const signal = new AbortController().signal;
  await expect(release(wanted, { from, onProgress: () => {}, signal })).rejects.toThrow(
    /could not be fetched \(connect ECONNREFUSED 127\.0\.0\.1:\d+\): check the network/,
  );
  server = createServer().listen(0, '127.0.0.1');
});

test('an interrupted download ends at once', async () => {
  answers[path] = (_, response) => {
    response.writeHead(200, { 'content-length': 300_000 });
    response.write(Buffer.alloc(100_000));
    setTimeout(() => controller.abort(new Error('interrupted')), 50);
  };
  const controller = new AbortController();
  await expect(fetched(controller.signal)).rejects.toThrow('interrupted');
});

test('a release out of support comes with a note', () => {
  expect(publishedNotes(releaseFor('1.28.3'))).toEqual(['Istio 1.28.3 is out of support.']);
  expect(publishedNotes(releaseFor('1.31'))).toEqual([]);
});
