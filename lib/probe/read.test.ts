import { answer, headersBody, identity, type Reply, xfcc } from './fixtures.ts';
import { FORGED } from './forged.ts';
import { observationWords } from './judge.ts';
import { observationOf, throughSidecar } from './read.ts';
import type { Answer } from './types.ts';

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
      ...{ kind: 'not-observed', why: 'curl used a connection of an earlier request, which proves nothing' },
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
