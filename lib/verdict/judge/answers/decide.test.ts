import { defaultLimits as convergence } from '../../../platform/limits.ts';
import { answer, cell, identity, told, type Wanted } from '../../../probe/fixtures.ts';
import type { Cell } from '../../../probe/types.ts';
import { expectedWords, notObserved, observationWords, outcomeWords, shareWords } from '../../observation.ts';
import type { Observation } from '../../observed.ts';
import type { AnswerPhase } from '../../record/asked.ts';
import { answersMissing, decide, isSampled } from './decide.ts';
import { emptyTally, record } from './tally.ts';

const observations = {
  m: { kind: 'mtls', identity },
  p: { kind: 'plain' },
  u: { kind: 'unavailable' },
  r: { kind: 'refused', curlExit: 56 },
  f: { kind: 'other', status: 403 },
  '-': notObserved({ code: 'curl-failed', curlExit: 28, message: 'timed out' }),
} satisfies Record<string, Observation>;

const parts: AnswerPhase[] = ['arrival', 'grace', 'sample'];

/** Returns the tally of `arrival|grace|sample`: a letter is an answer, `p90` is ninety, `x` is a lost client. */
function tallyOf(of: Cell, seen: string, { apart = 10 } = {}) {
  const tally = emptyTally();
  let atMs = 0;
  for (const [at, letters] of seen.split('|').entries()) {
    const part = parts[at] as AnswerPhase;
    for (const letter of letters.replaceAll(/([a-z-])(\d+)/g, (_, one, times) => one.repeat(Number(times)))) {
      atMs += apart;
      if (letter === 'x')
        record(tally, of, {
          observation: notObserved({ code: 'client-lost', error: 'the shell was lost' }),
          atMs,
          sinceMs: atMs,
          part,
          lost: true,
        });
      else
        record(tally, of, {
          observation: observations[letter as keyof typeof observations],
          atMs,
          sinceMs: atMs,
          part,
          answer: answer('p'),
        });
    }
  }
  return tally;
}

const judged = (of: Cell, seen: string, options?: { apart: number }) =>
  told(decide(of, tallyOf(of, seen, options), convergence));

/** Returns a pair that the step changes. It needs 90 answers. */
const changed = (wanted: Wanted | Wanted[], before: Wanted | Wanted[]) => cell('a→b', wanted, before);
/** Returns a pair that the step does not change. It needs 21 answers. */
const same = (wanted: Wanted) => cell('a→b', wanted);

describe('a pair that the step changes', () => {
  test.each<[string, Wanted | Wanted[], Wanted | Wanted[], string, string, string]>([
    ['all right', 'p', '56', '|p21|p90', 'pass', 'all 90 answers that count were as expected: 200 in plain text'],
    ['wrong ones before the arrival', 'p', '56', 'rrmfp||p90', 'pass', 'all 90'],
    ['wrong ones over pooled connections', 'p', '56', 'rp|rprp|p90', 'pass', 'all 90'],
    ['a refusal, wanted', '56', 'p', 'ppr|r21|r90', 'pass', '000 with curl exit 56'],
    ['503, wanted', '503', 'm', 'mu|u21|u90', 'pass', '503'],
    ['more than were wanted', 'p', '56', 'p||p123', 'pass', 'all 123 answers'],

    ['one wrong answer', 'p', '56', 'p||p50rp50', 'fail', '1 of 101 answers after the step had arrived was 000'],
    ['the last one wrong', 'p', '56', 'p||p90m', 'fail', `was 200 over mutual TLS as ${identity}`],
    ['the first one wrong', 'p', '56', 'p||up90', 'fail', '1 of 91 answers after the step had arrived was 503'],
    ['several', 'p', '56', 'p||p88rr', 'fail', '2 of 90 answers after the step had arrived were 000'],
    ['several sorts', 'p', '56', 'p||p90rruf', 'fail', 'were 000 with curl exit 56, 1 503, 1 403'],
    [
      'others, wrong before the sample',
      'p',
      '56',
      'uup|m|p90r',
      'fail',
      '1 of 91 answers after the step had arrived was 000 with curl exit 56$',
    ],
    ['a wrong one among too few', 'p', '56', 'p||pppr', 'fail', '1 of 4 answers'],
    ['a wrong one among unread ones', 'p', '56', 'p||p90r-', 'fail', '1 of 91 answers'],
    ['a wrong one, which was wrong before the sample, too', 'p', '56', 'rrp|r|p90r', 'fail', '1 of 91 answers'],

    ['one too few', 'p', '56', 'p|p99|p89', 'inconclusive', 'only 89 of 90 answers could be read'],
    ['nothing after the arrival', 'p', '56', 'p|p99|', 'inconclusive', 'only 0 of 90'],
    [
      'too few, since the client was lost',
      'p',
      '56',
      'p||p50x',
      'inconclusive',
      'too few for a verdict: the shell was lost',
    ],
    ['lost once, and all answers there', 'p', '56', 'p||p50xp40', 'pass', 'all 90'],
    [
      'one that could not be read, however many could',
      ...(['p', '56', 'p||p300-', 'inconclusive'] as const),
      '1 answer after the step had arrived could not be read, beside 300 that could: curl exit 28: timed out',
    ],
    ['two of them', 'p', '56', 'p||-p90-', 'inconclusive', '2 answers after the step had arrived could not be read'],
    ['one that could not be read before the sample', 'p', '56', '-p|-|p90', 'pass', 'all 90'],
    [
      'nothing that could be seen',
      '56',
      'p',
      '-9|-9|-99',
      'inconclusive',
      'nothing could be observed within 20 s: curl exit 28',
    ],
    ['nothing at all', 'p', '56', '', 'inconclusive', 'no request was sent'],
  ])('%s', (_, wanted, before, seen, verdict, why) => {
    const judgement = judged(changed(wanted, before), seen);
    expect(judgement.verdict).toBe(verdict);
    expect(`${judgement.why}$`).toContain(why);
  });
});

describe('a change that was not seen in time', () => {
  // Answers are 0.1 s apart.
  const slow = { apart: 100 };

  test.each<[string, Wanted, Wanted, string, string]>([
    ['503 where a refusal is wanted', '56', 'p', 'u200||u90', 'the last answer within 20 s was 503'],
    ['a refusal where 503 is wanted', '503', 'p', 'r200||r90', 'was 000 with curl exit 56'],
    ['another status', 'p', '56', 'f200||f90', 'was 403'],
    [
      'as it was before',
      '56',
      'p',
      'p200||p90',
      'expected 000 with curl exit 56; the last answer within 20 s was 200 in plain text',
    ],
    ['wrong, and then lost just before the limit', '56', 'p', 'p175x25||x', 'was 200 in plain text'],
    ['wrong, and right after the limit', '56', 'p', 'p200|r|r90', 'it came only after 20.1 s, not within 20 s'],
    ['right after the limit in the sample alone', '56', 'p', 'p200|p|r90', 'it came only after 20.2 s'],
  ])('%s', (_, wanted, before, seen, why) => {
    const judgement = judged(changed(wanted, before), seen, slow);
    expect(judgement.verdict).toBe('fail');
    expect(judgement.why).toContain(why);
  });

  test('is seen in time at the very limit', () => {
    expect(judged(changed('56', 'p'), 'p199r||r90', slow).verdict).toBe('pass');
    expect(judged(changed('56', 'p'), 'p200r||r90', slow).verdict).toBe('fail');
  });

  test('right answers that could have come before do not show it', () => {
    const { verdict, why } = judged(changed(['m', 'p'], 'p'), 'p200||p90', slow);
    expect(verdict).toBe('fail');
    expect(why).toContain('the last answer within 20 s was 200 in plain text');
  });

  test.each(['ppp', 'fff', 'p99'])('is inconclusive where nothing was seen from soon after the step on: %s', (seen) => {
    const { verdict, why } = judged(changed('56', 'p'), `${seen}x120||x`, slow);
    expect(verdict).toBe('inconclusive');
    expect(why).toMatch(/^nothing could be observed between \d.\d s and 20.0 s: the shell was lost; /);
  });

  test('nor where nothing was seen for three seconds across the limit, and then it had arrived', () => {
    const { verdict, why } = judged(changed('56', 'p'), `p100x150|r21|r90`, slow);
    expect(verdict).toBe('inconclusive');
    expect(why).toMatch(
      /^nothing could be observed between 10.0 s and 25.1 s, and then the step had arrived; so it is not/,
    );
    expect(judged(changed('56', 'p'), 'p100x130|r|r90', slow).verdict).toBe('inconclusive');
    expect(judged(changed('56', 'p'), 'p180x25|r|r90', slow).verdict).toBe('fail');
    expect(judged(changed('56', 'p'), 'p100x150|p|r90', slow).verdict).toBe('fail');
  });

  test('an answer that was read late may have been there before', () => {
    const of = changed('56', 'p');
    const tally = tallyOf(of, 'p|');
    const late = { part: 'arrival', answer: answer('p') } as const;
    record(tally, of, { observation: observations.p, atMs: 30_000, sinceMs: 200, ...late });
    record(tally, of, { observation: observations.r, atMs: 30_100, sinceMs: 30_050, ...late });
    expect(decide(of, tally, convergence).verdict).toBe('inconclusive');
  });
});

describe('a pair that the step does not change', () => {
  test.each<[string, Wanted, string, string, string]>([
    ['all right', 'p', '|p7|p21', 'pass', 'all 21'],
    ['wrong until the others had changed', 'm', 'u9m|u|m21', 'pass', 'all 21'],
    ['one wrong', 'm', 'm9||m21u', 'fail', '1 of 22 answers after the step had arrived was 503'],
    ['always wrong', 'p', 'm9|m9|m21', 'fail', '21 of 21 answers'],
    ['never right in the sample, right before it', 'p', 'p99|p99|m21', 'fail', '21 of 21 answers'],
    ['one too few', 'p', 'p99|p99|p20', 'inconclusive', 'only 20 of 21'],
    ['lost early', 'p', 'p3||x', 'inconclusive', 'only 0 of 21 answers could be read'],
    ['nothing that could be seen', 'p', '-3||-', 'inconclusive', 'nothing could be observed within 20 s'],
  ])('%s', (_, wanted, seen, verdict, why) => {
    const judgement = judged(same(wanted), seen);
    expect(judgement.verdict).toBe(verdict);
    expect(judgement.why).toContain(why);
  });

  test('needs no arrival, however late its first right answer', () => {
    expect(judged(same('p'), 'm250||p21', { apart: 100 }).verdict).toBe('pass');
  });

  test('nor does one of which nothing is known from before', () => {
    const { before: _, ...fresh } = changed('p', '56');
    expect(judged(fresh, '|p|p90').verdict).toBe('pass');
  });
});

describe('endpoints that differ', () => {
  const mixed = changed(['m', 'p'], '56');

  test.each<[string, string, string, string]>([
    [
      'both seen',
      'm||mpp87m',
      'pass',
      `all 90 answers that count were as expected: 200 over mutual TLS as ${identity} or 200 in plain text`,
    ],
    [
      'one never',
      'm||p99',
      'fail',
      `200 over mutual TLS as ${identity} was never among 99 answers; the chance of missing it is 3e-30`,
    ],
    ['the other never', 'm||m90', 'fail', '200 in plain text was never among 90'],
    ['one before the sample alone', 'mm|mm|p90', 'fail', 'was never among 90'],
    ['one too seldom asked to tell', 'm||p20', 'inconclusive', 'only 20 of 90'],
    ['a third thing among them', 'm||mpmpmpu', 'fail', '1 of 7 answers after the step had arrived was 503'],
  ])('%s', (_, seen, verdict, why) => {
    const judgement = judged(mixed, seen);
    expect(judgement.verdict).toBe(verdict);
    expect(judgement.why).toContain(why);
  });

  test('take more answers than are wanted until each was seen, or chance cannot have missed one', () => {
    const few = { ...mixed, answers: 2 };
    const missing = (seen: string) => answersMissing(few, tallyOf(few, seen), convergence);
    expect(missing('m|')).toBe(6);
    expect(missing('m||m5')).toBe(1);
    expect(missing('m||m6')).toBe(15);
    expect(judged(few, 'm||m20')).toMatchObject({ verdict: 'inconclusive', counted: 20 });
    expect(judged(few, 'm||m21')).toMatchObject({ verdict: 'fail', counted: 21 });
    expect(judged(few, 'm||m6p')).toMatchObject({ verdict: 'pass', counted: 7 });
    expect(isSampled(few, tallyOf(few, 'm||m6'), convergence)).toBe(false);
    expect(isSampled(few, tallyOf(few, 'm||m6p'), convergence)).toBe(true);
  });

  test('take no fewer than are wanted, although each was seen', () => {
    expect(answersMissing(mixed, tallyOf(mixed, 'm||mp'), convergence)).toBe(88);
    expect(judged(mixed, 'm||mp44')).toMatchObject({ verdict: 'inconclusive' });
  });
});

describe('a rare outcome', () => {
  const rarely = changed(['m', '~503'], 'p');

  test.each<[string, Wanted[], string, string, string]>([
    [
      'need not come',
      ['m', '~503'],
      'm||m90',
      'pass',
      `all 90 answers that count were as expected: 200 over mutual TLS as ${identity}, rarely 503$`,
    ],
    ['may come once', ['m', '~503'], 'm||m44um45', 'pass', 'all 90'],
    ['and twice, which chance allows', ['m', '~503'], 'm||m44uum44', 'pass', 'all 90'],
    [
      'but not a third time',
      ['m', '~503'],
      'm||m44uum43u',
      'fail',
      '503 in 3 of 90 answers after the step had arrived; at most 1 of 8,192 is expected: the chance of that is 2e-7$',
    ],
    ['nor all the time', ['m', '~503'], 'm||u90', 'fail', 'the chance of that is below 1e-15'],
    ['at first in the sample', ['m', '~503'], 'm||um89', 'pass', 'all 90'],
    ['more than once among few', ['m', '~503'], 'm||mmmmmuu', 'fail', '503 in 2 of 7 answers'],
    ['too often before the sample', ['m', '~503'], 'mu9|mu9|m90', 'pass', 'all 90'],
    ['another wrong one', ['m', '~503'], 'm||m88ur', 'fail', '1 of 90 answers after the step had arrived was 000'],
    ['does not stand in for one that must come', ['m', 'p', '~503'], 'm||m89u', 'fail', '200 in plain text was never'],
    ['beside two that must come', ['m', 'p', '~503'], 'm||m44p45u', 'pass', 'in plain text, rarely 503$'],
  ])('%s', (_, wanted, seen, verdict, why) => {
    const judgement = judged(changed(wanted, wanted.includes('p') ? '56' : 'p'), seen);
    expect(judgement.verdict).toBe(verdict);
    expect(`${judgement.why}$`).toContain(why);
  });

  test('counts as wrong once it came too often', () => {
    expect(judged(rarely, 'm||m88uu')).toMatchObject({ verdict: 'pass', wrong: 0 });
    expect(judged(rarely, 'm||m87uuu')).toMatchObject({ verdict: 'fail', wrong: 3 });
  });

  test('takes no more answers to be sure of', () => {
    expect(isSampled(rarely, tallyOf(rarely, 'm||m90'), convergence)).toBe(true);
    expect(judged(rarely, 'm||m90').missChance).toBe(0);
    expect(judged(changed(['m', 'p', '~503'], '56'), 'm||m45p45').missChance).toBe(
      judged(changed(['m', 'p'], '56'), 'm||m45p45').missChance,
    );
  });

  test('of a cell that comes to it alone the whole step is not its arrival', () => {
    const { verdict, why } = judged(changed(['m', '~503'], '503'), 'u200||u90', { apart: 100 });
    expect(verdict).toBe('fail');
    expect(why).toContain('rarely 503; the last answer within 20 s was 503');
  });
});

test('a sample is enough by its number, whatever its answers', () => {
  const enough = (seen: string) => isSampled(changed('p', '56'), tallyOf(changed('p', '56'), seen), convergence);
  expect([enough('|p99|p89'), enough('||p89-'), enough('||p90'), enough('||r90')]).toEqual([false, false, true, true]);
});

test('a judgement tells what was seen on the way', () => {
  expect(judged(changed(['m', 'p'], 'p'), 'upm|u|pm-')).toEqual({
    verdict: 'inconclusive',
    reasons: [
      {
        code: 'answers-unread',
        unread: 1,
        answers: 2,
        because: { code: 'curl-failed', curlExit: 28, message: 'timed out' },
      },
    ],
    why: expect.stringContaining('could not be read'),
    requests: 7,
    counted: 2,
    wrong: 0,
    missChance: 0.5,
    flaps: 1,
    firstRightMs: 20,
    lastWrongMs: 40,
    seen: [
      { observation: observations.u, count: 2, counted: 0, firstMs: 10, lastMs: 40, evidence: answer('p') },
      { observation: observations.p, count: 2, counted: 1, firstMs: 20, lastMs: 50, evidence: answer('p') },
      { observation: observations.m, count: 2, counted: 1, firstMs: 30, lastMs: 60, evidence: answer('p') },
      { observation: observations['-'], count: 1, counted: 0, firstMs: 70, lastMs: 70, evidence: answer('p') },
    ],
    timeline: [
      { state: 'wrong', fromMs: 10, toMs: 10, count: 1 },
      { state: 'right', fromMs: 20, toMs: 30, count: 2 },
      { state: 'wrong', fromMs: 40, toMs: 40, count: 1 },
      { state: 'right', fromMs: 50, toMs: 60, count: 2 },
      { state: 'not-observed', fromMs: 70, toMs: 70, count: 1 },
    ],
  });
  expect(judged(same('p'), '||pmm')).toMatchObject({ counted: 3, wrong: 2 });
});

test('what never happened has no time', () => {
  expect(judged(same('p'), '||p21')).not.toHaveProperty('lastWrongMs');
  expect(judged(same('p'), '||m')).not.toHaveProperty('firstRightMs');
});

test('words', () => {
  expect(outcomeWords({ kind: 'reset', curlExits: [52, 56] })).toBe('000 with curl exit 52 or 56');
  expect(expectedWords(cell('a→b', ['p', '503']).expectation.outcomes)).toBe('200 in plain text or 503');
  expect(expectedWords(cell('a→b', ['~503', 'p', '56']).expectation.outcomes)).toBe(
    '200 in plain text or 000 with curl exit 56, rarely 503',
  );
  expect(shareWords(1 / 8192)).toBe('1 of 8,192');
  expect(Object.values(observations).map(observationWords)).toEqual([
    `200 over mutual TLS as ${identity}`,
    '200 in plain text',
    '503',
    '000 with curl exit 56',
    '403',
    'not observed (curl exit 28: timed out)',
  ]);
});
