import type { Expected } from '../../verdict/observation.ts';
import type { Observation } from '../../verdict/observed.ts';
import { type VerdictReason, verdictOf, whyOf } from '../../verdict/reasons.ts';
import { judgeSaboteur, summaryOf } from './judge.ts';
import type { Turn } from './saboteur.ts';
import type { HarnessVerdict, ProofOutcome } from './types.ts';

const a = 'sleep.full → httpbin.full';
const b = 'sleep.legacy → httpbin.full';
const turns: Turn[] = [
  { of: [a], to: 'fail', because: { code: 'wrong-answers', wrong: [{ observation: { kind: 'unavailable' } }] } },
];
const said = (of: string, ...reasons: VerdictReason[]): HarnessVerdict => ({
  of,
  verdict: verdictOf(reasons),
  why: whyOf(reasons),
  reasons,
});
const expected: Expected[] = [{ outcome: { kind: 'plain' } }];
const wrongly = (...observations: Observation[]): VerdictReason => ({
  code: 'wrong-answers',
  expected,
  answers: 90,
  wrong: observations.map((observation) => ({ observation, times: 9 })),
});
const green = (of: string) => said(of, { code: 'as-expected', answers: 90, expected });
const red = (of: string) => said(of, wrongly({ kind: 'unavailable' }));
const said503 = 'expected 200 in plain text; 9 of 90 answers after the step had arrived were 503';
const gone: VerdictReason = { code: 'pod-ending', podName: 'pod full/httpbin-1' };

test('killed: exactly what must turn, for its reason', () => {
  expect(judgeSaboteur({ turns }, [red(a), green(b)])).toEqual({ outcome: 'killed', why: [] });
});

test('survived: what must turn stayed green, or was not judged at all', () => {
  expect(judgeSaboteur({ turns }, [green(a), green(b)])).toEqual({
    outcome: 'survived',
    why: [`${a} had to turn fail, but stayed green: all 90 answers that count were as expected: 200 in plain text`],
  });
  expect(judgeSaboteur({ turns }, [green(b)])).toEqual({
    outcome: 'survived',
    why: [`${a} had to turn fail, but was not judged`],
  });
});

test('survived: one of two that must turn stayed green', () => {
  const both: Turn[] = [{ of: [a, b], to: 'fail', because: { code: 'wrong-answers' } }];
  expect(judgeSaboteur({ turns: both }, [red(a), green(b)]).outcome).toBe('survived');
});

test.each<[string, HarnessVerdict[], string]>([
  ['another pair', [red(a), red(b)], `${b} had to stay green, but turned fail: ${said503}`],
  [
    'another reason',
    [said(a, { code: 'late', expected, afterMs: 25_000, limitMs: 20_000 }), green(b)],
    `${a} turned fail for another reason than wrong-answers {"wrong":[{"observation":{"kind":"unavailable"}}]}: expected 200 in plain text; it came only after 25.0 s, not within 20 s`,
  ],
  [
    'the same reason with other facts',
    [said(a, wrongly({ kind: 'other', status: 403 })), green(b)],
    `${a} turned fail for another reason than wrong-answers {"wrong":[{"observation":{"kind":"unavailable"}}]}: ${said503.replace('503', '403')}`,
  ],
  [
    'another verdict',
    [said(a, wrongly({ kind: 'unavailable' }), gone), green(b)],
    `${a} had to turn fail, but turned inconclusive: ${said503}; pod full/httpbin-1 is being deleted`,
  ],
])('false: %s', (_, verdicts, why) => {
  expect(judgeSaboteur({ turns }, verdicts)).toEqual({ outcome: 'false', why: [why] });
});

test('one of several reasons is enough, among others that a verdict has', () => {
  const either: Turn[] = [{ of: [a], to: 'fail', because: [{ code: 'late' }, { code: 'wrong-answers' }] }];
  expect(judgeSaboteur({ turns: either }, [red(a)]).outcome).toBe('killed');
  const several = said(a, { code: 'late', expected, afterMs: 1, limitMs: 1 }, wrongly({ kind: 'unavailable' }));
  expect(judgeSaboteur({ turns }, [several]).outcome).toBe('killed');
  const sorts = said(a, wrongly({ kind: 'other', status: 403 }, { kind: 'unavailable' }));
  expect(judgeSaboteur({ turns }, [sorts]).outcome).toBe('killed');
});

test('a disturbance is withstood if nothing turns, and false if anything does', () => {
  expect(judgeSaboteur({ turns: [] }, [green(a)])).toEqual({ outcome: 'withstood', why: [] });
  expect(judgeSaboteur({ turns: [] }, [red(a)]).outcome).toBe('false');
});

test('what may stay green may turn, but only as it is stated', () => {
  const may: Turn[] = [{ of: [a], to: 'inconclusive', because: { code: 'pods-replaced' }, orGreen: true }];
  const replaced = said(a, { code: 'pods-replaced', workload: 'full/httpbin', gone: ['x'], come: ['y'] });
  expect(judgeSaboteur({ turns: may }, [green(a), green(b)]).outcome).toBe('withstood');
  expect(judgeSaboteur({ turns: may }, [replaced, green(b)]).outcome).toBe('withstood');
  expect(judgeSaboteur({ turns: may }, [red(a), green(b)]).outcome).toBe('false');
});

test('two turns of several verdicts are held to each its own', () => {
  const two: Turn[] = [...turns, { of: [b, 'ready'], to: 'inconclusive', because: { code: 'pod-ending' } }];
  const found = [red(a), said(b, gone), said('ready', gone)];
  expect(judgeSaboteur({ turns: two }, found).outcome).toBe('killed');
});

const of = (...outcomes: ProofOutcome[]) => outcomes.map((outcome) => ({ outcome }));

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
