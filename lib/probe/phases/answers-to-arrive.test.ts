import { cell, type Wanted } from '../fixtures.ts';
import type { Cell } from '../types.ts';
import { answersToArrive } from './answers-to-arrive.ts';

/** Returns how many answers a pair needs to show the arrival, if its last one was right. */
const more = (of: Cell, chanceBefore = 1): number => answersToArrive(of, { lastRight: true, chanceBefore });
const http = (wanted: Wanted | Wanted[], before: Wanted | Wanted[]): Cell => cell('a→b', wanted, before);
const tcp = (wanted: Wanted | Wanted[], before: Wanted | Wanted[]): Cell => ({
  ...http(wanted, before),
  protocol: 'tcp',
});

test('one answer is enough if it was impossible before', () => {
  expect([more(http('m', 'p')), more(http(['m', '56'], 'p')), more(tcp('56', 'm'))]).toEqual([1, 1, 1]);
});

test('where it was possible before, it takes so many that chance would not have brought them', () => {
  expect([more(http('m', ['m', 'p'])), more(tcp('m', ['m', '56']))]).toEqual([20, 20]);
  expect(more(http('m', ['m', 'p']), 2 ** -8)).toBe(12);
});

test('or as many as most likely have one that was impossible', () => {
  expect(more(http(['m', 'p'], 'p'))).toBe(5);
});

test('over a protocol that does not tell mutual TLS from plain text, endpoints tell answers apart', () => {
  // Before, either endpoint answered, and now one does.
  expect(more(tcp(['m', '56'], ['p', 'p']))).toBe(5);
  // Before, one endpoint answered, and now either does.
  expect(more(tcp(['p', 'p'], ['m', '56']))).toBe(5);
});

test('after a wrong answer, one shows whether it is worth to ask for more', () => {
  expect(answersToArrive(http('m', ['m', 'p']), { lastRight: false, chanceBefore: 1 })).toBe(1);
  expect(answersToArrive(http('m', ['m', 'p']), { lastRight: undefined, chanceBefore: 1 })).toBe(1);
});
