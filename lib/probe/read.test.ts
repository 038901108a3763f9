import { answer, headersBody, identity, xfcc } from './fixtures.ts';
import { sightOf } from './read.ts';

const ok = (body: string) => sightOf(answer('p', { body }));

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
  ])('200 with %s is unseen, neither plain nor mutual TLS', (_, body) => {
    expect(ok(body)).toMatchObject({ kind: 'unseen', why: expect.stringMatching(/./) });
  });
});

test.each([[7], [28], [35], [52], [55], [56]])('curl exit %i is a refusal', (curlExit) => {
  expect(sightOf(answer(curlExit))).toEqual({ kind: 'refused', curlExit });
});

test.each([[1], [2], [3], [5], [6], [27], [43], [60], [92]])('curl exit %i says nothing about the mesh', (curlExit) => {
  expect(sightOf(answer(curlExit))).toMatchObject({
    kind: 'unseen',
    why: expect.stringContaining(`curl exit ${curlExit}`),
  });
});

test('an answer that broke off is neither an answer nor a refusal', () => {
  expect(sightOf(answer(56, { status: 200, body: headersBody({}) }))).toMatchObject({
    kind: 'unseen',
    why: expect.stringContaining('curl exit 56 after HTTP 200'),
  });
  expect(sightOf(answer(18, { status: 200, body: headersBody({}) }))).toMatchObject({ kind: 'unseen' });
});

test('503 is the sidecar’s own answer, every other status something else', () => {
  expect(sightOf(answer(503))).toEqual({ kind: 'unavailable' });
  for (const status of [100, 204, 301, 403, 404, 500, 502, 504]) {
    expect(sightOf(answer(status))).toEqual({ kind: 'other', status });
  }
});
