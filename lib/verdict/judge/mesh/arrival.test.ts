import { cell, identity } from '../../../probe/fixtures.ts';
import type { Seen } from '../../judgement.ts';
import type { Observation } from '../../observed.ts';
import { didOtherwise } from './arrival.ts';

const mtls: Observation = { kind: 'mtls', identity };
const plain: Observation = { kind: 'plain' };
const times = (counted: number, observation: Observation): Seen => ({
  observation,
  count: counted + 5,
  counted,
  firstMs: 0,
  lastMs: 0,
});
const before = (wanted: Parameters<typeof cell>[1], ...seen: Seen[]) => {
  const one = cell('full→full', wanted);
  return didOtherwise(new Map([[one.id, { why: '', seen }]]), one);
};

test('an answer of another kind will do, also one among many', () => {
  expect(before('p', times(7, mtls))).toBe(true);
  expect(before('56', times(1, plain), times(89, { kind: 'refused', curlExit: 56 }))).toBe(true);
});

test('what was already as it will be shows nothing', () => {
  expect(before('p', times(90, plain))).toBe(false);
  expect(before(['m', 'p'], times(50, plain), times(40, mtls))).toBe(false);
});

test('nothing of a kind that must come will do, if so many answers would have shown it', () => {
  expect(before(['m', 'p'], times(21, plain))).toBe(true);
  expect(before(['m', 'p'], times(11, plain))).toBe(false);
});

test('of a rare outcome only too many show anything, and it need not come', () => {
  const unavailable: Observation = { kind: 'unavailable' };
  expect(before(['m', '~503'], times(90, mtls))).toBe(false);
  expect(before(['m', '~503'], times(20, mtls), times(1, unavailable))).toBe(false);
  expect(before(['m', '~503'], times(20, mtls), times(20, unavailable))).toBe(true);
  expect(before(['m', '~503'], times(21, unavailable))).toBe(true);
  expect(before('503', times(20, mtls), times(1, unavailable))).toBe(true);
});

test('what did not count, or was not seen, or never asked, shows nothing', () => {
  expect(before('p', times(0, mtls))).toBe(false);
  expect(before('p', times(9, { kind: 'not-observed', why: 'lost' }))).toBe(false);
  expect(before(['m', 'p'])).toBe(false);
});
