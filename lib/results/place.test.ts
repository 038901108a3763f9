import { keyOf, named, pairWords, placeWords, trafficWords } from './place.ts';

const step = { suite: 'strict', step: 'STRICT on httpbin.full' };
const pair = { client: 'sleep.legacy', server: 'httpbin.full' };

test('a cell is named by its suite, its step and its pair, a check or a whole step without one', () => {
  expect(placeWords({ ...step, ...pair })).toBe('strict › STRICT on httpbin.full › sleep.legacy → httpbin.full');
  expect(placeWords(step)).toBe('strict › STRICT on httpbin.full');
  expect(pairWords(pair)).toBe('sleep.legacy → httpbin.full');
});

test('places that read alike are still told apart', () => {
  expect(keyOf({ suite: 'a › b', step: 'c' })).not.toBe(keyOf({ suite: 'a', step: 'b › c' }));
  expect(keyOf({ ...step, ...pair })).toBe(keyOf({ ...pair, ...step }));
});

test('traffic of one step is named by what differs', () => {
  const web = { ...pair, port: 8000, protocol: 'http' as const };
  const servers = (...all: (typeof web)[]) => named(all).map(({ server }) => server);
  expect(servers(web, { ...web, server: 'httpbin.legacy' })).toEqual(['httpbin.full', 'httpbin.legacy']);
  expect(servers(web, { ...web, port: 8001 })).toEqual(['httpbin.full:8000', 'httpbin.full:8001']);
  expect(servers(web, { ...web, protocol: 'tcp' as never })).toEqual(['http://httpbin.full', 'tcp://httpbin.full']);
  expect(trafficWords(web)).toBe('sleep.legacy → http://httpbin.full:8000');
});

test('places that differ in the port alone are told apart', () => {
  expect(keyOf({ ...step, ...pair, port: 1 })).not.toBe(keyOf({ ...step, ...pair, port: 2 }));
});
