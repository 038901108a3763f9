import type { Target } from '../types.ts';
import type { Variation } from './variation.ts';
import { tokensIn, variationsOf, varied } from './variations.ts';

const some = (seed: number, client: string, hasSidecar: boolean, count = 500): Variation[] =>
  Array.from({ length: count }, variationsOf(seed, client, hasSidecar));

test('follow from the seed and the client', () => {
  expect(some(7, 'full/sleep', true)).toEqual(some(7, 'full/sleep', true));
  expect(some(7, 'full/sleep', true)).not.toEqual(some(8, 'full/sleep', true));
  expect(some(7, 'full/sleep', true)).not.toEqual(some(7, 'legacy/sleep', true));
});

test('differ in method, path, headers and size, and each has a token of its own', () => {
  const all = some(7, 'legacy/sleep', false);
  const kinds = (of: (one: Variation) => unknown): number => new Set(all.map(of)).size;
  expect(kinds(({ method }) => method)).toBe(5);
  expect(kinds(({ bytes }) => bytes)).toBe(4);
  expect(kinds(({ userAgent }) => userAgent)).toBeGreaterThan(5);
  expect(kinds(({ headers }) => headers.length)).toBeGreaterThan(5);
  expect(kinds(({ path }) => path.replace(/[0-9a-f]{12}/, ''))).toBeGreaterThan(100);
  expect(kinds(({ token }) => token)).toBe(all.length);
  for (const { path, anyPath, token, method, bytes } of all) {
    expect(path).toBe(`/anything${anyPath}`);
    expect(anyPath).toContain(token);
    expect(['GET', 'DELETE'].includes(method)).toBe(bytes === 0);
  }
});

test('only a client without a sidecar forges identities and uses the ports that Linux gives away, and not always', () => {
  for (const field of ['forges', 'fromLinuxPort'] as const) {
    expect(some(7, 'full/sleep', true).some((one) => one[field])).toBe(false);
    const share = some(7, 'legacy/sleep', false).filter((one) => one[field]).length / 500;
    expect(share).toBeGreaterThan(0.4);
    expect(share).toBeLessThan(0.6);
  }
});

test('need nothing that a shell would read otherwise', () => {
  for (const { path, anyPath, userAgent, headers } of some(7, 'legacy/sleep', false)) {
    for (const text of [path, anyPath, userAgent, ...headers]) expect(text).not.toMatch(/['\\\n]/);
  }
});

test('targets get one for each of curl’s sections; a path that is not free stays', () => {
  const http: Target = { url: 'http://httpbin.full:8000/headers', protocol: 'http' };
  const grpc: Target = { url: 'http://echo.full:70/proto.EchoTestService/Echo', protocol: 'grpc' };
  const other = { ...http, url: 'http://httpbin.legacy:8000/headers' };
  const vary = variationsOf(7, 'full/sleep', true);
  const [request] = varied(
    [{ targets: [http, other, http, grpc], atOnce: true }],
    vary,
    ({ url }) => url === other.url,
  );
  const { targets = [] } = request ?? {};
  const [first, second, third, fourth] = some(7, 'full/sleep', true, 4) as [Variation, Variation, Variation, Variation];
  expect(request?.atOnce).toBe(true);
  const tokens = [`${first.token}000`, `${first.token}001`, `${second.token}000`, fourth.token];
  expect(targets.map(({ variation }) => variation?.token)).toEqual(tokens);
  expect(targets.map(({ variation }) => variation?.userAgent)).toEqual(
    [first, first, second, fourth].map(({ userAgent }) => userAgent),
  );
  expect(third.token).not.toBe(fourth.token);
  expect(targets.map(({ url }) => url)).toEqual([
    `http://httpbin.full:8000${first.path.replace(first.token, tokens[0] as string)}`,
    `http://httpbin.legacy:8000${first.anyPath.replace(first.token, tokens[1] as string)}`,
    `http://httpbin.full:8000${second.path.replace(second.token, tokens[2] as string)}`,
    grpc.url,
  ]);
});

test('the token of each is found in what servers log, in a path or a header', () => {
  const http: Target = { url: 'http://httpbin.full:8000/headers', protocol: 'http' };
  const grpc: Target = { url: 'http://echo.full:70/proto.EchoTestService/Echo', protocol: 'grpc' };
  const vary = variationsOf(7, 'full/sleep', true);
  const asked = Array.from({ length: 100 }, (_, at) =>
    varied([{ targets: [http, grpc] }], vary, () => at % 2 === 0),
  ).flatMap(([group]) => group?.targets ?? []);
  const lineOf = ({ url, variation, protocol }: (typeof asked)[number]): string =>
    protocol === 'grpc'
      ? `info\tGRPC Request\tmessage= headers=map[traceparent:[${variation?.headers[0]?.split(' ')[1]}]] id=5aa0333b`
      : `info\tHTTP/1.1 Request\tmethod=GET url=${url.replace('http://httpbin.full:8000', '')} host=httpbin.full`;
  const tokens = (all: typeof asked) => all.map(({ variation }) => variation?.token ?? '');
  const [logged, others] = [asked.slice(0, 100), asked.slice(100)];
  const found = tokensIn(logged.map(lineOf).join('\n'));
  expect(tokens(logged).filter((token) => !found.has(token))).toEqual([]);
  expect(tokens(others).filter((token) => found.has(token))).toEqual([]);
});
