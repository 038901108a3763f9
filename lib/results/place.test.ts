import { keyOf, pairWords, placeWords } from './place.ts';

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
