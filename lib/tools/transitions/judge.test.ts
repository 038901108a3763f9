import { answered, everyFive } from './fixtures.ts';
import { exitCodeOf, tryOf, untried } from './judge.ts';
import type { PathResult } from './types.ts';

const change = (appliedAt: number) => ({ appliedAt, problems: [] });

test('what is lost belongs to the last change before it', () => {
  const answers = everyFive(0, 4_000, (at) => (at === 1_500 || (at >= 2_500 && at < 2_600) ? 503 : 200));
  const { verdict, why, changes } = tryOf([{ ...change(1_000), arrivedMs: 210 }, change(2_000)], answers, true);
  expect([verdict, why]).toEqual(['measured', []]);
  expect(changes).toMatchObject([
    { sent: 200, lost: 1, firstMs: 500, arrivedMs: 210 },
    { sent: 400, lost: 20, firstMs: 500, lastMs: 595 },
  ]);
  expect(changes[1]).not.toHaveProperty('arrivedMs');
});

test('a load that was too slow, or stood still, may have missed losses', () => {
  const slow = Array.from({ length: 100 }, (_, nth) => answered(nth * 10));
  expect(tryOf([change(200)], slow, true)).toMatchObject({
    verdict: 'inconclusive',
    why: ['the load reached 101 requests a second, not 200'],
  });
  const still = [...everyFive(0, 2_000), ...everyFive(2_600, 8_000)];
  expect(tryOf([change(1_000)], still, true)).toMatchObject({
    verdict: 'inconclusive',
    why: ['no request was under way for 603 ms'],
  });
});

test('what was lost before the first change is not its doing, unless the setting before it refuses', () => {
  const answers = everyFive(0, 2_000, (at) => (at < 500 ? 503 : 200));
  expect(tryOf([change(1_000)], answers, true)).toMatchObject({
    verdict: 'inconclusive',
    why: ['100 of 200 requests were lost before the first change'],
  });
  expect(tryOf([change(1_000)], answers, false).verdict).toBe('measured');
});

test('requests that curl could not send make it inconclusive', () => {
  const answers = everyFive(0, 2_000, (at) => (at === 1_500 ? 6 : 200));
  expect(tryOf([change(1_000)], answers, true)).toMatchObject({
    verdict: 'inconclusive',
    why: ['1 requests ended with curl exit 6'],
  });
});

test('a setting that does not do what the model says fails the path, and what was lost stays known', () => {
  const wrong = { appliedAt: 1_000, problems: [{ verdict: 'fail' as const, why: 'strict: was 503' }] };
  const { verdict, why, changes } = tryOf([wrong], everyFive(0, 2_000), true);
  expect([verdict, why, changes[0]?.sent]).toEqual(['fail', ['strict: was 503'], 200]);
});

test('a load without any report is inconclusive', () => {
  expect(tryOf([change(0)], [], true)).toMatchObject({ verdict: 'inconclusive', rate: 0 });
});

test('the exit code is that of the worst try; without any it is inconclusive', () => {
  const path = (...tries: PathResult['tries']): PathResult => ({ name: 'none:strict', settings: [], races: [], tries });
  const measured = tryOf([change(1_000)], everyFive(0, 2_000), true);
  const failed = { ...measured, verdict: 'fail' as const };
  expect(exitCodeOf([path(measured)])).toBe(0);
  expect(exitCodeOf([path(measured, untried('the shell was lost'))])).toBe(3);
  expect(exitCodeOf([path(untried('the shell was lost')), path(failed)])).toBe(1);
  expect(exitCodeOf([path()])).toBe(3);
});
