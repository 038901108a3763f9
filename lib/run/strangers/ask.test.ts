import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { variationsOf } from '../../probe/traffic/variations.ts';
import { plainRequest, type Request, repliesIn, scriptFor, tlsRequest, varied } from './ask.ts';

const mark = '0f1e2d3c';

test('replies are told apart by the number of their request, and keep the beginning of their body', () => {
  const output = [
    `${mark} 1 503 0 0 \t\t`,
    `${mark} 0 200 0 0 \t\t`,
    `${mark} 2 000 0 56 \t\tRecv failure: Connection reset by peer`,
    `${mark} 3 200 0 0 14\tstarted%7Bfailure|TLS_error%7D\t`,
    `==> /dev/shm/automtls-${mark}/0 <==`,
    '{ "headers": {} }',
    '',
    `==> /dev/shm/automtls-${mark}/1 <==`,
    'upstream connect error',
    '',
    '==> /dev/null <==',
    '',
  ].join('\n');
  const none = { tunnel: 0, curlExit: 0, curlMessage: '', grpcStatus: 0 };
  expect([...repliesIn(output, mark)].sort(([a], [b]) => a - b)).toEqual([
    [0, { ...none, status: 200, body: '{ "headers": {} }' }],
    [1, { ...none, status: 503, body: 'upstream connect error' }],
    [2, { ...none, status: 0, curlExit: 56, curlMessage: 'Recv failure: Connection reset by peer', body: '' }],
    [3, { ...none, status: 200, grpcStatus: 14, body: 'started{failure|TLS_error}' }],
  ]);
});

test('reports in a body, with another mark, are none', () => {
  const output = `==> /dev/shm/automtls-${mark}/0 <==\nother 0 200 0 0 \t\t\n==> /dev/null <==\n`;
  expect(repliesIn(output, mark).size).toBe(0);
});

test('a request over TLS goes to the stranger’s Envoy, with the address in a header; HTTPS through a tunnel', () => {
  const http = tlsRequest('http', '10.0.0.1', 8080, 9001);
  expect(http.url).toBe('http://127.0.0.1:9001/headers');
  expect(http.options).toEqual(["-H 'x-envoy-original-dst-host: 10.0.0.1:8080'"]);
  const https = tlsRequest('https', '10.0.0.1', 8443, 9001);
  expect(https.url).toBe('https://10.0.0.1:8443/headers');
  expect(https.options).toContain('-x http://127.0.0.1:9001');
});

test('requests differ in path, user agent and headers; gRPC’s have one path', () => {
  const vary = variationsOf(7, 'strangers', false);
  const of = (one: Request) => Array.from({ length: 5 }, () => varied(one, vary()));
  const plain = of(plainRequest('http', '10.0.0.1', 8080));
  expect(new Set(plain.map(({ url }) => url)).size).toBe(5);
  expect(plain.every(({ url }) => url.startsWith('http://10.0.0.1:8080/anything/'))).toBe(true);
  expect(new Set(plain.map(({ options }) => options.join())).size).toBe(5);
  const grpc = plainRequest('grpc', '10.0.0.1', 7070);
  expect(of(grpc)).toEqual(Array.from({ length: 5 }, () => grpc));
});

test('the script makes all requests, in a shell and with curl', async () => {
  const server = createServer((request, response) => response.end(`asked for ${request.url}`)).listen(0);
  const { port } = server.address() as AddressInfo;
  const closed = createServer().listen(0);
  const { port: nobody } = closed.address() as AddressInfo;
  closed.close();
  const tries = [plainRequest('http', '127.0.0.1', port), plainRequest('tcp', '127.0.0.1', nobody)];
  const { stdout } = await promisify(execFile)('sh', ['-c', scriptFor(tries, mark)]);
  server.close();
  const replies = repliesIn(stdout, mark);
  expect(replies.get(0)).toMatchObject({ status: 200, curlExit: 0, body: 'asked for /headers' });
  expect(replies.get(1)).toMatchObject({ status: 0, curlExit: 7 });
  expect(existsSync(`/dev/shm/automtls-${mark}`)).toBe(false);
});
