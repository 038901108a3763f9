import { cell, identity } from '../../probe/fixtures.ts';
import { counted } from '../../verdict/entry.ts';
import type { Seen } from '../../verdict/judgement.ts';
import type { Observation } from '../../verdict/observed.ts';
import { cellText, cellWords, duration, short, totals } from './words.ts';

const seen = (observation: Observation, lastMs: number): Seen => ({
  observation,
  count: 1,
  counted: 1,
  firstMs: lastMs,
  lastMs,
});
const plain: Observation = { kind: 'plain' };
const lost: Observation = { kind: 'not-observed', why: 'lost' };

test('outcomes and observations in short', () => {
  const all = [
    { kind: 'mtls', identity },
    plain,
    { kind: 'unavailable' },
    { kind: 'denied' },
    { kind: 'reset', curlExits: [52, 56] },
    { kind: 'refused', curlExit: 56 },
    { kind: 'other', status: 403 },
    lost,
  ] as const;
  expect(all.map((one) => short(one as never))).toEqual([
    '200 mTLS',
    '200 plain',
    '503',
    '403',
    '000 (curl 52/56)',
    '000 (curl 56)',
    '403',
    'not observed',
  ]);
});

test('a cell shows what it came to, and what it should have', () => {
  const { expectation } = cell('a→b', ['m', 'p']);
  const words = (verdict: string, ...all: Seen[]) => cellWords({ expectation, verdict, seen: all } as never);
  expect(words('pass', seen(plain, 1))).toBe('200 mTLS | 200 plain');
  expect(words('fail', seen({ kind: 'other', status: 403 }, 1))).toBe('403, not 200 mTLS | 200 plain');
  expect(words('inconclusive')).toBe('not observed');
});

test('a cell that had answers of several sorts says how many were wrong', () => {
  const { expectation } = cell('a→b', 'm');
  const times = (count: number, observation: Observation, lastMs: number): Seen => ({
    ...seen(observation, lastMs),
    count,
    counted: 0,
  });
  const mtls: Observation = { kind: 'mtls', identity };
  const words = (...all: Seen[]) => cellWords({ expectation, verdict: 'fail', seen: all } as never);
  expect(words(times(1296, mtls, 9), times(1360, plain, 10))).toBe(
    '1,360 of 2,656 answers were 200 plain, not 200 mTLS',
  );
  expect(words(times(1296, mtls, 10), times(1360, plain, 9), times(7, lost, 11))).toBe(
    '1,360 of 2,656 answers were 200 plain, not 200 mTLS',
  );
  expect(words(times(1360, plain, 9), times(7, lost, 11))).toBe('200 plain, not 200 mTLS');
  const judged = (one: Seen, of: number): Seen => ({ ...one, counted: of });
  expect(words(judged(times(100, mtls, 9), 88), judged(times(5, plain, 10), 2), times(40, plain, 1))).toBe(
    '2 of 90 answers were 200 plain, not 200 mTLS',
  );
  expect(words(times(100, mtls, 9), judged(times(95, plain, 10), 90))).toBe('200 plain, not 200 mTLS');
});

test('a cell that was right at the last says why that was not enough', () => {
  const words = (wanted: Parameters<typeof cell>[1], verdict: string, ...all: Seen[]) =>
    cellWords({ expectation: cell('a→b', wanted).expectation, verdict, seen: all } as never);
  const other = seen({ kind: 'mtls', identity: `${identity}2` }, 2);
  const unavailable = seen({ kind: 'unavailable' }, 2);
  expect(words('p', 'inconclusive', seen(plain, 3), seen(lost, 4))).toBe('200 plain, unconfirmed');
  expect(words('p', 'fail', unavailable, seen(plain, 3))).toBe('1 of 2 answers was 503, not 200 plain');
  expect(words(['m', 'p'], 'fail', seen(plain, 3))).toBe('200 plain alone, not 200 mTLS | 200 plain');
  const late = 'expected 200 in plain text; it came only after 30.8 s, not within 20 s; a likely cause: x';
  expect(
    cellWords({
      expectation: cell('a→b', 'p').expectation,
      verdict: 'fail',
      seen: [seen(plain, 3)],
      why: late,
    } as never),
  ).toBe('200 plain, but it came only after 30.8 s, not within 20 s');
  expect(words(['m', 'p'], 'fail', seen({ kind: 'mtls', identity }, 1), seen(plain, 3))).toBe(
    '1 of 2 answers was 200 plain, not 200 mTLS',
  );
  expect(words(['m', 'p'], 'fail', unavailable, seen(plain, 3))).toBe(
    '1 of 2 answers was 503, not 200 mTLS | 200 plain',
  );
  expect(words(['m', 'p'], 'fail', seen({ kind: 'mtls', identity }, 1), unavailable, seen(plain, 3))).toBe(
    '1 of 3 answers was 503, not 200 mTLS | 200 plain',
  );
  expect(words('m', 'fail', other)).toBe('200 mTLS as another, not 200 mTLS');
  expect(words('m', 'fail', other, seen({ kind: 'mtls', identity }, 3))).toBe(
    '1 of 2 answers was 200 mTLS as another, not 200 mTLS',
  );
  expect(words('p', 'fail', other)).toBe('200 mTLS, not 200 plain');
});

test('briefly a cell says what came and how often, and its symptom not how often', () => {
  const { expectation } = cell('a→b', 'm');
  const mtls = { ...seen({ kind: 'mtls', identity }, 1), counted: 86 };
  const unavailable = { ...seen({ kind: 'unavailable' }, 2), counted: 4 };
  const text = (...all: Seen[]) => cellText({ expectation, verdict: 'fail', seen: all } as never);
  expect(text(mtls, unavailable)).toEqual({
    full: '4 of 90 answers were 503, not 200 mTLS',
    brief: '503 (4 of 90)',
    symptom: '503, not 200 mTLS',
  });
  expect(text(unavailable)).toEqual({
    full: '503, not 200 mTLS',
    brief: '503',
    symptom: '503, not 200 mTLS',
  });
});

test('a rare outcome shows only where it came too often', () => {
  const words = (verdict: string, ...all: Seen[]) =>
    cellWords({ expectation: cell('a→b', ['m', '~503']).expectation, verdict, seen: all } as never);
  const mtls = seen({ kind: 'mtls', identity }, 1);
  const unavailable = { ...seen({ kind: 'unavailable' }, 2), counted: 3 };
  expect(words('pass', mtls, unavailable)).toBe('200 mTLS');
  expect(words('inconclusive', mtls, unavailable)).toBe('503, unconfirmed');
  expect(words('fail', { ...mtls, counted: 87, lastMs: 3 }, unavailable)).toBe(
    '3 of 90 answers were 503, not 200 mTLS',
  );
  expect(words('fail', unavailable)).toBe('503, not 200 mTLS');
  expect(words('fail', mtls, seen({ kind: 'other', status: 403 }, 1), unavailable)).toBe(
    '1 of 5 answers was 403, not 200 mTLS',
  );
});

test('durations', () => {
  expect([0, 12.4, 999.4, 1000, 65_432].map(duration)).toEqual(['0 ms', '12 ms', '999 ms', '1.0 s', '65.4 s']);
});

test('one thing is one, and all else is many', () => {
  expect([0, 1, 2].map((count) => counted(count, 'flap'))).toEqual(['0 flaps', '1 flap', '2 flaps']);
});

test.each([
  [{ passed: 0, failed: 0, inconclusive: 0, skipped: 0 }, '0 passed, 0 failed'],
  [{ passed: 1, failed: 1, inconclusive: 1, skipped: 0 }, '1 passed, 1 failed, 1 inconclusive'],
  [{ passed: 13, failed: 0, inconclusive: 6, skipped: 1 }, '13 passed, 0 failed, 6 inconclusive, 1 skipped'],
  [{ passed: 1, failed: 0, inconclusive: 0, skipped: 2 }, '1 passed, 0 failed, 2 skipped'],
])('the last line of %p', (count, line) => {
  expect(totals(count)).toBe(line);
});
