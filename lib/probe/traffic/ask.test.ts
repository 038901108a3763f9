import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { InconclusiveError } from '../../platform/errors.ts';
import type { Answer } from '../../verdict/observed.ts';
import { headersBody, identity, MARK, printed, type Reply, xfcc } from '../fixtures.ts';
import type { Target } from '../types.ts';
import { readAnswers } from './answers.ts';
import { askScript, localPorts, newMark, type RequestGroup } from './ask.ts';
import { observationOf } from './read.ts';
import type { Variation } from './variation.ts';

const httpOf = (answer: Answer) => observationOf(answer, 'http', { pods: new Map() });

const http = (url: string): Target => ({ url, protocol: 'http' });
const targets = (count: number) =>
  Array.from({ length: count }, (_, at) => http(`http://httpbin.role${at}:8000/headers`));
/** Returns a request of one curl process to the given number of URLs. */
const asking = (count: number, changes: Partial<RequestGroup> = {}): RequestGroup => ({
  targets: targets(count),
  ...changes,
});
/** Returns what tells one of several targets asked at once apart. */
const placed = (at: number) => ({ section: 0, url: targets(at + 1)[at]?.url });
const read = (...replies: Reply[]) =>
  readAnswers(replies.map((reply) => printed(reply)).join(''), [asking(replies.length)], { mark: MARK, endedAt: 0 });

describe('the script', () => {
  const grpc: Target = { url: 'http://echo.meshed:70/proto.EchoTestService/Echo', protocol: 'grpc' };
  const [one, other] = targets(2) as [Target, Target];
  const counting = (first = 20_000) => {
    let next = first;
    return (count: number, isLinux = false): string => {
      next += count;
      return `${isLinux ? 'linux-' : ''}${next - count}-32767`;
    };
  };
  /** Returns the script's lines, without those that collect the answers. */
  const lines = (requests: RequestGroup[]) => {
    const script = askScript(requests, { mark: MARK, requestSeconds: 5, takePort: counting() });
    expect(script).toMatch(/^\{\ncurl [\s\S]*\n\} > (\S+)\ncat \1$/m);
    return script.split('\n').filter((line) => /^(\[|curl)/.test(line));
  };
  const variation: Variation = {
    method: 'POST',
    path: '/anything/a',
    anyPath: '/a',
    userAgent: 'okhttp',
    headers: ['A: b'],
    bytes: 40,
    token: 'a',
    forges: false,
    fromLinuxPort: false,
  };

  const ports = (parts: string[]) => parts.map((part) => /--local-port (\S+)/.exec(part)?.[1]);

  test('asks an address from another local port each time: the sidecar may have had the last one’s', () => {
    const [line = '', last = ''] = lines([{ targets: [one, other, one, one] }, { targets: [other] }]);
    const parts = line.split(' --next ');
    expect(parts.map((part) => part.match(/'http:\S+'/g)?.length)).toEqual([2, 1, 1]);
    expect(ports(parts)).toEqual(['20000-32767', '20002-32767', '20003-32767']);
    expect(ports([last])).toEqual(['20004-32767']);
  });

  test.each([
    ['its own', false, 16_000, 32_767],
    ["Linux's", true, 32_768, 60_999],
  ])('takes ports one after the other, and begins again before they run out: %s', (_, isLinux, first, last) => {
    const take = localPorts();
    let before: number | undefined;
    for (let nth = 0; nth < 70_000; nth += 1) {
      const [port, to] = take(1, isLinux).split('-').map(Number);
      expect(to).toBe(last);
      expect(before === undefined || port === before + 1 || port === first).toBe(true);
      expect(port).toBeLessThan(last - 100);
      before = port;
    }
  });

  test('asks in one process all that can be asked in the same way', () => {
    const https: Target = { url: 'https://echo.meshed:443/headers', protocol: 'https' };
    expect(lines([{ targets: [one, https, { ...other, protocol: 'tcp' }] }])).toEqual([
      expect.stringMatching(/^curl -s -m 5 -k --http1.1 -H 'Connection: close' .*(' '|')http/),
    ]);
  });

  test('names a subset in a header of its own requests alone, in the same process', () => {
    const subset = { ...other, header: 'automtls-subset: v1' };
    const [line = '', ...more] = lines([{ targets: [one, subset, subset, one] }]);
    expect(more).toEqual([]);
    const parts = line.split(' --next ');
    expect(parts.map((part) => part.includes("-H 'automtls-subset: v1'"))).toEqual([...[false, true, true, false]]);
    for (const part of parts) expect(part).toMatch(/-s -m 5 -k --http1.1 -H 'Connection: close' .*-w '/);
  });

  test('asks gRPC in the same process, from local ports of its own, with a message that the shell has written', () => {
    const [message, process = '', ...more] = lines([{ targets: [one, grpc, grpc, one] }]);
    expect(message).toMatch(/^\[ -s (\S+) \] \|\| printf '(\\000){5}' > \1$/);
    expect(more).toEqual([]);
    const parts = process.split(' --next ');
    expect(ports(parts)).toEqual(['20000-32767', '20001-32767', '20002-32767', '20003-32767']);
    expect(parts[1]).toMatch(/^-s -m 5 --http2-prior-knowledge .*--data-binary @/);
  });

  test('sends what a variation says, over HTTP and gRPC, and a forged identity only if it says so', () => {
    const [text, message, line = ''] = lines([
      {
        targets: [
          { ...one, variation },
          { ...grpc, variation: { ...variation, forges: true, fromLinuxPort: true } },
        ],
      },
    ]);
    expect(text).toMatch(/^\[ -s (\S+) \] \|\| yes '.*' \| head -c 40 > \1$/);
    expect(message).toMatch(
      /^\[ -s (\S+) \] \|\| \{ printf '(\\000){4}\\052\\012\\050'; yes '.*' \| head -c 40; \} > \1$/,
    );
    const [http = '', second = ''] = line.split(' --next ');
    expect(http).toMatch(/-X POST -A 'okhttp' -H 'A: b' -H 'Content-Type: text\/plain' -H 'Expect:' --data-binary @/);
    expect(http).not.toContain('X-Forwarded-Client-Cert');
    expect(second).toMatch(
      /-A 'okhttp' -H 'A: b' -H 'X-Forwarded-Client-Cert: .*' --data-binary @.* --local-port linux-20001/,
    );
    expect(second).not.toContain('-X');
  });

  test('has a mark that no other batch has', () => {
    expect(new Set(Array.from({ length: 100 }, newMark)).size).toBe(100);
  });

  test('asks at once in one process', () => {
    expect(lines([{ targets: [grpc, grpc], atOnce: true }])).toEqual([
      expect.stringContaining('printf'),
      expect.stringMatching(/^curl -Z .* --next .* 2>\/dev\/null$/),
    ]);
  });
});

describe('reading what curl printed', () => {
  test('one answer for each URL, in order, failing ones in between', () => {
    expect(read('m', 56, 'p', 503, 6, 52, 404)).toMatchObject([
      { status: 200, curlExit: 0, body: expect.stringContaining(identity) },
      { status: 0, curlExit: 56, curlMessage: 'Recv failure: Connection reset by peer', body: '' },
      { status: 200, curlExit: 0, curlMessage: '' },
      { status: 503, curlExit: 0, body: 'status 503' },
      { status: 0, curlExit: 6, curlMessage: 'Could not resolve host: httpbin.full' },
      { status: 0, curlExit: 52 },
      { status: 404, curlExit: 0 },
    ]);
  });

  test('each answer was there when the later ones had not started', () => {
    const output = [printed('p', { ms: 10 }), printed(56, { ms: 200 }), printed('p', { ms: 40 })].join('');
    const answers = readAnswers(output, [asking(3)], { mark: MARK, endedAt: 10_000 });
    expect(answers.map(({ at }) => at)).toEqual([9_760, 9_960, 10_000]);
    expect(answers.map(({ ms }) => ms)).toEqual([10, 200, 40]);
  });

  test('what was asked at once was there together, when what came after it had not started', () => {
    const requests = [asking(2), asking(3, { atOnce: true }), asking(1)];
    const durations = [10, 20, 300, 500, 400, 40];
    const output = durations.map((ms, at) => printed('p', { ms, place: placed(at - 2) })).join('');
    const answers = readAnswers(output, requests, { mark: MARK, endedAt: 10_000 });
    expect(answers.map(({ at }) => at)).toEqual([9_440, 9_460, 9_960, 9_960, 9_960, 10_000]);
  });

  test('answers to what was asked at once are told apart, in whatever order they came', () => {
    const came = [2, 0, 1].map((at) => printed(503, { ms: at, place: placed(at) })).join('');
    const answers = readAnswers(`${printed('p')}${came}`, [asking(1), asking(3, { atOnce: true })], {
      mark: MARK,
      endedAt: 0,
    });
    expect(answers.map(({ ms }) => ms)).toEqual([10, 0, 1, 2]);
    const twice = [2, 1, 1].map((at) => printed(503, { place: placed(at) })).join('');
    expect(() => readAnswers(twice, [asking(3, { atOnce: true })], { mark: MARK, endedAt: 0 })).toThrow(
      'curl did not report on http://httpbin.role0:8000/headers',
    );
  });

  test('a connection that an earlier request had left open is none of its own', () => {
    const reused = printed('p').replace('"num_connects":1', '"num_connects":0');
    const answers = readAnswers(`${printed('p')}${reused}`, [asking(2)], { mark: MARK, endedAt: 0 });
    expect(answers.map(({ fresh }) => fresh)).toEqual([true, false]);
  });

  test('a body that ends in a report of its own is a body: it does not have the mark', () => {
    const body = `${headersBody({})}\n--automtls-answer-- {"http_code":"000","exitcode":56,"num_connects":1,"time_total":0} |reset\n`;
    const output = printed('p', { body, mark: '--automtls-1a--' });
    const answers = readAnswers(output, [asking(1)], { mark: '--automtls-1a--', endedAt: 0 });
    expect(answers).toMatchObject([{ status: 200, curlExit: 0, body }]);
  });

  test('of its headers it has those that show who gave it; a curl that cannot print headers prints their names', () => {
    const read = (headers: string) =>
      readAnswers(printed(503).replace('|||', headers), [asking(1)], { mark: MARK, endedAt: 0 })[0]?.headers;
    expect(read('|envoy|12|')).toEqual({ server: 'envoy', 'x-envoy-upstream-service-time': '12' });
    expect(read('|||')).toEqual({});
    expect(read('|%header{server}|%header{x-envoy-upstream-service-time}|')).toBeUndefined();
  });

  test('answers of several processes are counted together', () => {
    expect(readAnswers(printed('p').repeat(3), [asking(1), asking(2)], { mark: MARK, endedAt: 0 })).toHaveLength(3);
    expect(() => readAnswers(printed('p').repeat(2), [asking(1), asking(2)], { mark: MARK, endedAt: 0 })).toThrow(
      '2 of 3 answers',
    );
  });

  test.each([
    ['nothing', '', 'nothing'],
    ['a shell without curl', 'sh: curl: not found\n', 'curl: not found'],
    ['a curl that is too old', 'curl: unknown --write-out variable', 'unknown --write-out'],
    ['less than was asked', printed('p'), '1 of 2 answers'],
    ['more than was asked', printed('p').repeat(3), '3 of 2 answers'],
    ['an end in the middle of a report', `${printed('p')}${printed('p').slice(0, -10)}`, '1 of 2 answers'],
    ['a report that is no JSON', `${printed('p')}\n${MARK} {rubbish} |||\n`, 'cannot be read'],
  ])('%s is inconclusive and says so', (_, output, message) => {
    expect(() => readAnswers(output, [asking(2)], { mark: MARK, endedAt: 0 })).toThrow(InconclusiveError);
    expect(() => readAnswers(output, [asking(2)], { mark: MARK, endedAt: 0 })).toThrow(message);
  });
});

/** Open connections, all answered when there are ten. */
const waiting: Socket[] = [];

/** How the server on loopback handles a connection, by request path. */
const deeds: Record<string, (socket: Socket) => void> = {
  '/headers': (socket) => respond(socket, '200 OK', headersBody({ 'X-Forwarded-Client-Cert': xfcc })),
  '/plain': (socket) => respond(socket, '200 OK', headersBody({ Host: ['a'] })),
  '/503': (socket) => respond(socket, '503 Service Unavailable', 'upstream connect error'),
  '/ten-at-once': (socket) => {
    waiting.push(socket);
    if (waiting.length < 10) return;
    for (const one of waiting.splice(0)) respond(one, '503 Service Unavailable', 'upstream connect error');
  },
  '/keep': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 15\r\nConnection: keep-alive\r\n\r\n{"headers": {}}');
  },
  '/reset': (socket) => socket.resetAndDestroy(),
  '/empty': (socket) => socket.end(),
  '/half': (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{"he'),
  '/hang': () => {},
};

function respond(socket: Socket, status: string, body: string): void {
  socket.end(
    `HTTP/1.1 ${status}\r\nServer: lo\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

describe('the machine’s own shell and curl', () => {
  const requests: { path: string; connection: number; text: string }[] = [];
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    const connection = connections;
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      const text = chunk.toString();
      const path = text.split(' ')[1] ?? '';
      requests.push({ path, connection, text });
      deeds[path]?.(socket);
    });
  });
  let origin: string;
  let nowhere: string;

  beforeAll(async () => {
    origin = await listening(server);
    const closed = createServer();
    nowhere = await listening(closed);
    closed.close();
    await once(closed, 'close');
  });

  afterAll(async () => {
    server.close();
    await once(server, 'close');
  });

  const ask = (paths: string[], seconds = 30) => askAll([{ targets: paths.map(http) }], seconds);

  async function askAll(requests: RequestGroup[], seconds = 30) {
    const all = requests.map(({ targets, ...how }) => ({
      ...how,
      targets: targets.map(({ url: path, ...target }) => ({
        ...target,
        url: path === '/nowhere' ? nowhere : `${origin}${path}`,
      })),
    }));
    const { stdout } = await promisify(execFile)('/bin/sh', [
      '-c',
      askScript(all, { mark: MARK, requestSeconds: seconds, takePort: localPorts() }),
    ]).catch((failed: { stdout: string }) => failed);
    return readAnswers(stdout, all, { mark: MARK, endedAt: Date.now() });
  }

  test('every way to answer and to refuse, in one batch', async () => {
    const paths = ['/headers', '/reset', '/plain', '/empty', '/nowhere', '/503', '/half', '/headers'];
    const answers = await ask(paths);
    expect(answers.map(({ status, curlExit }) => [status, curlExit])).toEqual([
      [200, 0],
      [0, 56],
      [200, 0],
      [0, 52],
      [0, 7],
      [503, 0],
      [200, 18],
      [200, 0],
    ]);
    expect([0, 1, 5].map((at) => answers[at]?.headers)).toEqual([{ server: 'lo' }, {}, { server: 'lo' }]);
    expect(answers.map((answer) => httpOf(answer).kind)).toEqual([
      'mtls',
      'refused',
      'plain',
      'refused',
      'refused',
      'unavailable',
      'not-observed',
      'mtls',
    ]);
  });

  test('a request that takes too long is curl exit 28, and the next is asked all the same', async () => {
    const answers = await ask(['/hang', '/plain'], 1);
    expect(answers[0]).toMatchObject({ status: 0, curlExit: 28 });
    expect(answers[0]?.ms).toBeGreaterThanOrEqual(900);
  });

  test('each request comes on a connection of its own', async () => {
    const before = requests.length;
    const answers = await ask(['/plain', '/headers', '/503', '/plain']);
    const own = requests.slice(before);
    expect(own).toHaveLength(4);
    expect(new Set(own.map(({ connection }) => connection)).size).toBe(4);
    for (const { text } of own) expect(text).toContain('\r\nConnection: close\r\n');
    expect(answers.map(({ fresh }) => fresh)).toEqual([true, true, true, true]);
  });

  test('requests that fail stop neither those of their own way nor those of the next, and keep their header to themselves', async () => {
    const before = requests.length;
    const subset = (path: string): Target => ({ ...http(path), header: 'automtls-subset: v1' });
    const targets = [http('/reset'), http('/plain'), subset('/reset'), subset('/headers'), http('/plain')];
    const answers = await askAll([{ targets }]);
    expect(answers.map(({ status, curlExit }) => [status, curlExit])).toEqual([
      ...[
        [0, 56],
        [200, 0],
        [0, 56],
        [200, 0],
        [200, 0],
      ],
    ]);
    const own = requests.slice(before);
    expect(own.map(({ text }) => text.includes('automtls-subset: v1'))).toEqual([false, false, true, true, false]);
    expect(new Set(own.map(({ connection }) => connection)).size).toBe(5);
  });

  test('many at once are all under way before the first is answered, each on a connection of its own', async () => {
    const before = requests.length;
    const answers = await askAll([{ targets: Array(20).fill(http('/ten-at-once')), atOnce: true }], 10);
    expect(answers).toHaveLength(20);
    for (const answer of answers) expect(answer).toMatchObject({ status: 503, curlExit: 0, fresh: true, body: '' });
    expect(new Set(requests.slice(before).map(({ connection }) => connection)).size).toBe(20);
    for (const { text } of requests.slice(before)) expect(text).toContain('\r\nConnection: close\r\n');
  });

  test('they fail each by itself, and what is asked around them keeps its order and its bodies', async () => {
    const answers = await askAll([
      { targets: ['/headers', '/reset'].map(http) },
      { targets: ['/503', '/503', '/503'].map(http), atOnce: true },
      { targets: ['/reset', '/reset'].map(http), atOnce: true },
      { targets: ['/plain'].map(http) },
    ]);
    expect(answers.map(({ status, curlExit }) => [status, curlExit])).toEqual([
      ...[
        [200, 0],
        [0, 56],
        [503, 0],
        [503, 0],
        [503, 0],
        [0, 56],
        [0, 56],
        [200, 0],
      ],
    ]);
    expect(answers.map((answer) => httpOf(answer).kind)).toEqual([
      ...['mtls', 'refused', 'unavailable', 'unavailable', 'unavailable', 'refused', 'refused', 'plain'],
    ]);
  });

  test('of several asked at once each has its own answer, also with another header', async () => {
    const subset = (path: string): Target => ({ ...http(path), header: 'automtls-subset: v1' });
    const targets = [subset('/503'), http('/reset'), http('/503'), subset('/reset'), http('/503'), subset('/503')];
    const answers = await askAll([{ targets, atOnce: true }]);
    expect(answers.map(({ status, curlExit }) => status || curlExit)).toEqual([503, 56, 503, 56, 503, 503]);
  });

  test('each gRPC request comes on a connection of its own, with its message, at once or in turn', async () => {
    const asked: { connection: number | undefined; length: number }[] = [];
    const echo = createHttp2Server();
    echo.on('stream', async (stream) => {
      const message = Buffer.concat(await stream.toArray());
      asked.push({ connection: stream.session?.socket.remotePort, length: message.length });
      stream.respond({ ':status': 200 });
      stream.end();
    });
    const url = await listening(echo);
    const targets = Array<Target>(6).fill({ url: `${url}/echo`, protocol: 'grpc' });
    const requests = [{ targets }, { targets, atOnce: true }];
    const { stdout } = await promisify(execFile)('/bin/sh', [
      '-c',
      askScript(requests, { mark: MARK, requestSeconds: 10, takePort: localPorts() }),
    ]);
    const answers = readAnswers(stdout, requests, { mark: MARK, endedAt: 0 });
    echo.close();
    expect(answers.map(({ status, fresh }) => [status, fresh])).toEqual(Array(12).fill([200, true]));
    expect(asked.map(({ length }) => length)).toEqual(Array(12).fill(5));
    expect(new Set(asked.map(({ connection }) => connection)).size).toBe(12);
  });

  test('where a server keeps a connection all the same, each request has one of its own', async () => {
    const answers = await ask(['/keep', '/keep', '/plain', '/headers']);
    expect(answers.map((answer) => httpOf(answer).kind)).toEqual(['plain', 'plain', 'plain', 'mtls']);
  });
});

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
