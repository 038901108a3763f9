import { judgeCheck } from './judge.ts';
import type { VerdictReason } from './reasons.ts';
import type { RunSetting } from './record/looked.ts';

const setting = { namespaces: {} } as RunSetting;
const answered: VerdictReason = { code: 'same-port-answered', pair: 'a → b', answered: 1, said: 'a leak' };
const unseen: VerdictReason = { code: 'same-port-unseen', pair: 'a → c', said: 'nothing can be said' };
const ofEach = (sentences: string[], wrong: VerdictReason[]) =>
  judgeCheck(setting, { reasons: [], each: { sentences, wrong } });

test('a check that found reasons alone, as in records of earlier versions, is judged by them', () => {
  const reasons = [unseen, answered];
  expect(judgeCheck(setting, { reasons })).toEqual({ verdict: 'inconclusive', reasons });
});

test('a check that looked at several things passes if each is as the model says', () => {
  const reasons = [{ code: 'check-passed', said: 'a is right; b is right' }];
  expect(ofEach(['a is right', 'b is right'], [])).toEqual({ verdict: 'pass', reasons });
});

test('what is wrong is said alone, also if nothing is known of others', () => {
  expect(ofEach(['a is right'], [unseen, answered])).toEqual({ verdict: 'fail', reasons: [answered] });
  expect(ofEach(['a is right'], [unseen])).toEqual({ verdict: 'inconclusive', reasons: [unseen] });
});
