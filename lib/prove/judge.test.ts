import { judgeSaboteur, summaryOf } from './judge.ts';
import type { Turn } from './saboteur.ts';
import type { Finding, Outcome } from './types.ts';

const a = 'sleep.full → httpbin.full';
const b = 'sleep.legacy → httpbin.full';
const turns: Turn[] = [{ of: [a], to: 'fail', why: /was 503/ }];
const green = (of: string): Finding => ({ of, verdict: 'pass', why: 'as expected' });
const red = (of: string, why = '9 of 90 answers was 503'): Finding => ({ of, verdict: 'fail', why });

test('killed: exactly what must turn, for its reason', () => {
  expect(judgeSaboteur({ turns }, [red(a), green(b)])).toEqual({ outcome: 'killed', why: [] });
});

test('survived: what must turn stayed green, or was not judged at all', () => {
  expect(judgeSaboteur({ turns }, [green(a), green(b)])).toEqual({
    outcome: 'survived',
    why: [`${a} had to turn fail, but stayed green: as expected`],
  });
  expect(judgeSaboteur({ turns }, [green(b)])).toEqual({
    outcome: 'survived',
    why: [`${a} had to turn fail, but was not judged`],
  });
});

test('survived: one of two that must turn stayed green', () => {
  const both: Turn[] = [{ of: [a, b], to: 'fail', why: /503/ }];
  expect(judgeSaboteur({ turns: both }, [red(a), green(b)]).outcome).toBe('survived');
});

test.each<[string, Finding[], string]>([
  ['another pair', [red(a), red(b)], `${b} had to stay green, but turned fail: 9 of 90 answers was 503`],
  ['another reason', [red(a, 'timeout'), green(b)], `${a} turned fail for another reason than /was 503/: timeout`],
  [
    'another verdict',
    [{ of: a, verdict: 'inconclusive', why: 'was 503' }, green(b)],
    `${a} had to turn fail, but turned inconclusive: was 503`,
  ],
])('false: %s', (_, findings, why) => {
  expect(judgeSaboteur({ turns }, findings)).toEqual({ outcome: 'false', why: [why] });
});

test('a disturbance is withstood if nothing turns, and false if anything does', () => {
  expect(judgeSaboteur({ turns: [] }, [green(a)])).toEqual({ outcome: 'withstood', why: [] });
  expect(judgeSaboteur({ turns: [] }, [red(a)]).outcome).toBe('false');
});

test('what may stay green may turn, but only as it is stated', () => {
  const may: Turn[] = [{ of: [a], to: 'inconclusive', why: /replaced/, orGreen: true }];
  const replaced: Finding = { of: a, verdict: 'inconclusive', why: 'the pod was replaced' };
  expect(judgeSaboteur({ turns: may }, [green(a), green(b)]).outcome).toBe('withstood');
  expect(judgeSaboteur({ turns: may }, [replaced, green(b)]).outcome).toBe('withstood');
  expect(judgeSaboteur({ turns: may }, [red(a), green(b)]).outcome).toBe('false');
});

test('two turns of several findings are held to each its own', () => {
  const two: Turn[] = [...turns, { of: [b, 'ready'], to: 'inconclusive', why: /gone/ }];
  const gone = (of: string): Finding => ({ of, verdict: 'inconclusive', why: 'the pod is gone' });
  expect(judgeSaboteur({ turns: two }, [red(a), gone(b), gone('ready')]).outcome).toBe('killed');
});

const of = (...outcomes: Outcome[]) => outcomes.map((outcome) => ({ outcome }));

test('the score is the share of killed saboteurs; disturbances do not count', () => {
  expect(summaryOf(of('killed', 'killed', 'withstood'))).toMatchObject({ killed: 2, score: 1, exitCode: 0 });
  expect(summaryOf(of('killed', 'survived'))).toMatchObject({ score: 0.5, exitCode: 1 });
  expect(summaryOf(of('killed', 'false'))).toMatchObject({ score: 0.5, exitCode: 1 });
});

test('what was not tried is no success', () => {
  expect(summaryOf(of('killed'), 'ended early').exitCode).toBe(3);
  expect(summaryOf(of('survived'), 'ended early').exitCode).toBe(1);
  expect(summaryOf([])).toMatchObject({ exitCode: 3 });
  expect(summaryOf(of('withstood')).score).toBeUndefined();
});
