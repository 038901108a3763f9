import { FORGED } from '../../verdict/forged.ts';
import { observationWords } from '../../verdict/observation.ts';
import type { Answer } from '../../verdict/observed.ts';
import type { Unseen } from '../../verdict/unseen.ts';
import { answer, hash, headersBody, identity, type Reply, xfcc } from '../fixtures.ts';
import { observationOf, shownBy, throughSidecar } from './read.ts';

const httpOf = (one: Answer) => observationOf(one, 'http', { pods: new Map() });
const ok = (body: string) => httpOf(answer('p', { body }));

describe('200 shows whether a client certificate was seen', () => {
  test.each([
    ['go-httpbin, values as arrays', headersBody({ Host: ['a'], 'X-Forwarded-Client-Cert': [xfcc] })],
    ['the Python httpbins, values as strings', headersBody({ Host: 'a', 'X-Forwarded-Client-Cert': xfcc })],
    ['a name in small letters', headersBody({ 'x-forwarded-client-cert': xfcc })],
    ['a name in capitals', headersBody({ 'X-FORWARDED-CLIENT-CERT': xfcc })],
    ['hops before the last one do not count', headersBody({ 'X-Forwarded-Client-Cert': `URI=spiffe://a/b,${xfcc}` })],
    ['the same as two values', headersBody({ 'X-Forwarded-Client-Cert': ['URI=spiffe://a/b', xfcc] })],
  ])('%s', (_, body) => {
    expect(ok(body)).toEqual({ kind: 'mtls', identity });
  });

  test('without the header it was plain text', () => {
    expect(ok(headersBody({ Host: ['a'] }))).toEqual({ kind: 'plain' });
    expect(ok(headersBody({}))).toEqual({ kind: 'plain' });
  });

  test.each([
    ['a page', '<html><body>It works!</body></html>'],
    ['nothing', ''],
    ['half of an answer', headersBody({ Host: ['a'] }).slice(0, 20)],
    ['JSON of something else', '{"status": "UP"}'],
    ['null', 'null'],
    ['null headers', '{"headers": null}'],
    ['a list', '[]'],
    ['a header that breaks its grammar', headersBody({ 'X-Forwarded-Client-Cert': 'rubbish' })],
    ['an empty header', headersBody({ 'X-Forwarded-Client-Cert': '' })],
    ['a header with no value', headersBody({ 'X-Forwarded-Client-Cert': [] })],
    ['a certificate without a SPIFFE ID', headersBody({ 'X-Forwarded-Client-Cert': 'Hash=1;URI=https://a.test' })],
  ])('200 with %s is not observed, neither plain nor mutual TLS', (_, body) => {
    expect(ok(body)).toMatchObject({ kind: 'not-observed', why: expect.stringMatching(/./) });
  });
});

test.each([[7], [35], [52], [55], [56]])('curl exit %i is a refusal', (curlExit) => {
  expect(httpOf(answer(curlExit))).toEqual({ kind: 'refused', curlExit });
});

test.each([[1], [2], [3], [5], [6], [27], [28], [43], [60], [92]])(
  'curl exit %i says nothing about the mesh',
  (curlExit) => {
    expect(httpOf(answer(curlExit))).toMatchObject({
      kind: 'not-observed',
      why: expect.stringContaining(`curl exit ${curlExit}`),
    });
  },
);

test('an answer that broke off is neither an answer nor a refusal', () => {
  expect(httpOf(answer(56, { status: 200, body: headersBody({}) }))).toMatchObject({
    kind: 'not-observed',
    why: expect.stringContaining('curl exit 56 after HTTP 200'),
  });
  expect(httpOf(answer(18, { status: 200, body: headersBody({}) }))).toMatchObject({ kind: 'not-observed' });
});

test('503 is the sidecar’s own answer, every other status something else', () => {
  expect(httpOf(answer(503))).toEqual({ kind: 'unavailable' });
  for (const status of [100, 204, 301, 403, 404, 500, 502, 504]) {
    expect(httpOf(answer(status))).toEqual({ kind: 'other', status });
  }
});

test('an answer over a connection that an earlier request had left open shows nothing, whatever it was', () => {
  for (const reply of ['m', 'p', 503, 403] as const) {
    expect(httpOf(answer(reply, { fresh: false }))).toEqual({
      kind: 'not-observed',
      why: 'curl used a connection of an earlier request, which proves nothing',
      because: { code: 'connection-reused' },
    });
  }
});

test('a refused connection is a refusal, though no connection was made', () => {
  expect(httpOf(answer(7, { fresh: false }))).toEqual({ kind: 'refused', curlExit: 7 });
});

describe('whether a sidecar beside the server handled a request', () => {
  const withId = headersBody({ Host: ['a'], 'X-Request-Id': ['0d5f2c3e'] });

  test.each<[string, Reply, string | undefined, boolean | undefined]>([
    ['an answer with a request id', 'p', withId, true],
    ['the Python httpbins, in small letters', 'p', headersBody({ 'x-request-id': '0d5f2c3e' }), true],
    ['an answer without', 'p', undefined, false],
    ['an answer that cannot be read', 'p', '<html>', undefined],
    ['another status, which the sidecar or the server may have given', 503, undefined, undefined],
    ['the same with a body that looks like an answer', 404, withId, undefined],
    ['a name that does not resolve', 6, undefined, false],
    ['a connection that was refused', 7, undefined, false],
    ['TLS that failed', 35, undefined, false],
    ['a connection that was reset', 56, undefined, false],
    ['no answer in time', 28, undefined, undefined],
    ['an empty reply to a request that was read', 52, undefined, undefined],
    ['sending that failed', 55, undefined, false],
  ])('%s', (_, reply, body, through) => {
    expect(throughSidecar(answer(reply, body === undefined ? {} : { body }))).toBe(through);
  });
});

describe('an identity that a client without a sidecar has written itself', () => {
  const body = (headers: Record<string, string[]>) =>
    headersBody({ 'X-Forwarded-Client-Cert': [`By=${FORGED};Hash=0;Subject="";URI=${FORGED}`], ...headers });

  test('is plain text where no sidecar is, for such a server shows what was sent', () => {
    expect(httpOf(answer('p', { body: body({}) }))).toEqual({ kind: 'plain' });
  });

  test('shows a sidecar that lets such headers through', () => {
    const observation = httpOf(answer('p', { body: body({ 'X-Request-Id': ['1'] }) }));
    expect(observation).toEqual({ kind: 'mtls', identity: FORGED });
    expect(observationWords(observation)).toContain('the identity that the client wrote itself');
  });
});

describe('gRPC', () => {
  const of = (reply: Reply, changes: Partial<Answer> = {}) =>
    observationOf(answer(reply, changes), 'grpc', { pods: new Map() });
  /** Returns the echo server's output. The bytes that gRPC adds before the first line can include a line break. */
  const message = (...lines: string[]) => `\0\0\0\x02\xe5\n\xe2\x05${lines.join('\n')}\n`;
  const certificate = `RequestHeader=x-forwarded-client-cert:${xfcc}`;

  test.each<[string, string, string]>([
    ['in the first line', message(certificate, 'Hostname=echo-1'), 'mtls'],
    ['in a later one', message('RequestHeader=te:trailers', certificate, 'Hostname=echo-1'), 'mtls'],
    ['nowhere', message('RequestHeader=te:trailers', 'Hostname=echo-1'), 'plain'],
    ['within another header', message(`RequestHeader=other:${certificate}`, 'Hostname=echo-1'), 'plain'],
    ['in no answer of a server', '', 'not-observed'],
  ])('the client’s identity %s', (_, body, kind) => {
    expect(of('p', { body }).kind).toBe(kind);
  });

  test('its own status takes the place of HTTP’s', () => {
    expect(of('p', { body: '', grpcStatus: 14 })).toEqual({ kind: 'unavailable' });
    expect(of('p', { body: '', grpcStatus: 14, curlExit: 92 })).toEqual({ kind: 'unavailable' });
    expect(of('p', { body: '', grpcStatus: 7 })).toEqual({ kind: 'other', status: 200, grpcStatus: 7 });
    expect(of('p', { body: '', curlExit: 92 }).kind).toBe('not-observed');
    expect(of(92)).toEqual({ kind: 'unavailable', lost: true });
    expect(of(503)).toEqual({ kind: 'other', status: 503 });
  });
});

describe('TCP and HTTPS', () => {
  const pods = new Map([['echo-1', 'full/echo']]);
  const of = (body: string, changes: Partial<Answer> = {}) =>
    observationOf(answer('p', { body, ...changes }), 'tcp', { pods });

  test('show who answered, and nothing of mutual TLS, whatever the headers say', () => {
    const body = `ServiceVersion=\nRequestHeader=X-Forwarded-Client-Cert:${xfcc}\nHostname=echo-1\n`;
    expect(of(body)).toEqual({ kind: 'answered', workload: 'full/echo' });
  });

  test.each<[string, string, Unseen, string]>([
    [
      'a pod of somebody else’s',
      'Hostname=other-1\n',
      { code: 'strange-pod', podName: 'other-1' },
      'other-1 answered, which is no pod of the Service',
    ],
    ['a server that does not tell', headersBody({ Host: ['a'] }), { code: 'pod-untold' }, 'not tell which pod it is'],
  ])('%s shows nothing', (_, body, because, why) => {
    expect(of(body)).toEqual({ kind: 'not-observed', because, why: expect.stringContaining(why) });
  });

  test('nor does a connection of before, and another status is no answer', () => {
    expect(of('Hostname=echo-1\n', { fresh: false }).kind).toBe('not-observed');
    expect(of('Hostname=echo-1\n', { status: 503 })).toEqual({ kind: 'other', status: 503 });
  });
});

describe('all that an answer shows', () => {
  const meshed = { protocol: 'http', sidecar: true } as const;
  const bare = { protocol: 'http', sidecar: false } as const;
  const noPods = { pods: new Map() };

  test('has the certificate over mutual TLS, if the header has its hash', () => {
    expect(shownBy(answer('m'), meshed, noPods)).toEqual({
      observation: { kind: 'mtls', identity },
      status: 200,
      curlExit: 0,
      certificate: hash,
    });
    const body = headersBody({ 'X-Forwarded-Client-Cert': [`URI=${identity}`] });
    expect(shownBy(answer('m', { body }), meshed, noPods)).not.toHaveProperty('certificate');
    expect(shownBy(answer('p'), meshed, noPods)).not.toHaveProperty('certificate');
    // An answer that broke off shows nothing, and so no certificate.
    expect(shownBy(answer('m', { curlExit: 18 }), meshed, noPods)).not.toHaveProperty('certificate');
  });

  test('has whether the server’s sidecar handled it, if the client has none', () => {
    expect(shownBy(answer('P'), bare, noPods)).toMatchObject({ through: true });
    expect(shownBy(answer('p'), bare, noPods)).toMatchObject({ through: false });
    expect(shownBy(answer(503), bare, noPods)).not.toHaveProperty('through');
    expect(shownBy(answer('P'), meshed, noPods)).not.toHaveProperty('through');
  });

  test('has who gave it', () => {
    const aborted = answer(503, { body: 'fault filter abort', headers: { server: 'envoy' } });
    expect(shownBy(aborted, meshed, noPods)).toMatchObject({ by: 'client-sidecar' });
    expect(shownBy(aborted, bare, noPods)).toMatchObject({ by: 'server-sidecar' });
    expect(shownBy(answer(56), meshed, noPods)).toMatchObject({ by: 'nobody' });
    expect(shownBy(answer(28), meshed, noPods)).toMatchObject({ by: 'nobody' });
  });

  test('has the pod that answered, the address that was asked, and the status of gRPC', () => {
    const grpc = { protocol: 'grpc', sidecar: true } as const;
    const told = answer('p', { body: 'Hostname=echo-1\n', address: '10.0.0.1' });
    expect(shownBy(told, grpc, noPods)).toEqual({
      observation: { kind: 'plain' },
      status: 200,
      curlExit: 0,
      address: '10.0.0.1',
      pod: 'echo-1',
    });
    expect(shownBy(answer('p', { body: '', grpcStatus: 7 }), grpc, noPods)).toMatchObject({
      observation: { kind: 'other', grpcStatus: 7 },
      grpcStatus: 7,
    });
  });
});
