import { cell, identity, patience, type Wanted } from './fixtures.ts';
import { judge, outcomeWords, settled, sightWords } from './judge.ts';
import { emptyTally, record } from './tally.ts';
import type { Sight } from './types.ts';

const sights = {
  m: { kind: 'mtls', identity },
  p: { kind: 'plain' },
  u: { kind: 'unavailable' },
  r: { kind: 'refused', curlExit: 56 },
  f: { kind: 'other', status: 403 },
  '-': { kind: 'unseen', why: 'the shell was lost' },
} satisfies Record<string, Sight>;

/** Judges sights, a letter each, the last of them at the deadline and the others `apart` ms before it each. */
function judged(wanted: Wanted | Wanted[], seen: string, apart = 10) {
  const of = cell('a→b', wanted);
  const tally = emptyTally();
  const letters = [...seen.replaceAll(/([a-z-])(\d+)/g, (_, letter, times) => letter.repeat(Number(times)))];
  for (const [at, letter] of letters.entries()) {
    record(tally, of, sights[letter as keyof typeof sights], patience.deadlineMs - (letters.length - 1 - at) * apart);
  }
  const judgement = judge(of, tally, patience);
  expect(judgement.verdict === 'pass').toBe(settled(of, tally, patience));
  return judgement;
}

test.each<[string, Wanted | Wanted[], string, string, string]>([
  ['enough right ones in a row', 'p', 'p21', 'pass', '21 answers in a row were as expected: 200 in plain text'],
  ['wrong ones before them', 'p', 'mrf-p21', 'pass', '21 answers'],
  ['one too few', 'p', 'p20', 'inconclusive', 'only 20 of 21'],
  ['a refusal, wanted', '56', 'r21', 'pass', '000 with curl exit 56'],
  ['503, wanted', '503', 'u21', 'pass', '503'],
  [
    '503 where a refusal is wanted',
    '56',
    'u99',
    'fail',
    'expected 000 with curl exit 56; the last answer within 20 s was 503',
  ],
  ['a refusal where 503 is wanted', '503', 'r99', 'fail', 'was 000 with curl exit 56'],
  ['another status', 'p', 'f99', 'fail', 'was 403'],
  ['plain text where mutual TLS is wanted', 'm', 'p99', 'fail', 'was 200 in plain text'],
  ['mutual TLS where plain text is wanted', 'p', 'm99', 'fail', `was 200 over mutual TLS as ${identity}`],
  ['the last one wrong', 'p', 'p99m', 'fail', 'was 200 over mutual TLS'],
  ['the last readable one wrong', 'p', 'p99m---', 'fail', 'was 200 over mutual TLS'],
  ['wrong ones now and then', 'p', 'ppmppmpp', 'fail', 'wrong answers kept coming'],
  ['right ones only now and then', 'p', 'mmpmmp', 'fail', 'wrong answers kept coming'],
  ['right at the very end', 'p', 'm99p5', 'inconclusive', 'only 5 of 21'],
  ['nothing that could be seen', '56', '-99', 'inconclusive', 'nothing could be seen within 20 s: the shell was lost'],
  ['nothing at all', 'p', '', 'inconclusive', 'it was never asked'],
  ['right ones, then nothing', 'p', 'p99-', 'inconclusive', 'only 0 of 21'],
  ['right ones and unseen ones in turn', 'p', 'p20-p20-', 'inconclusive', 'only 0 of 21'],

  ['both outcomes', ['m', 'p'], 'mpp19m', 'pass', '22 answers in a row'],
  [
    'one of the two, often',
    ['m', 'p'],
    'p99',
    'fail',
    'was never among 99 answers in a row; the chance of missing it is',
  ],
  ['the other, often', ['m', 'p'], 'm21', 'fail', '200 in plain text was never among 21'],
  ['one of the two, too seldom to tell', ['m', 'p'], 'p20', 'inconclusive', 'only 20 of 21'],
  ['a third thing among them', ['m', 'p'], 'mpmpmpu', 'fail', 'the last answer within 20 s was 503'],
  [
    'one of the two before a wrong answer does not count',
    ['m', 'p'],
    'mup21',
    'fail',
    `as ${identity} was never among`,
  ],
])('%s', (_, wanted, seen, verdict, why) => {
  const judgement = judged(wanted, seen);
  expect(judgement.verdict).toBe(verdict);
  expect(judgement.why).toContain(why);
});

test('more matches in a row are needed where chance wants more', () => {
  const of = cell('a→b', ['m', 'p']);
  const tally = emptyTally();
  const few = { ...patience, matchesInRow: 2 };
  for (const key of [
    'm',
    'p',
    'm',
    'p',
    'm',
    'p',
    'm',
    'p',
    'm',
    'p',
    'm',
    'p',
    'm',
    'p',
    'm',
    'p',
    'm',
    'p',
    'm',
    'p',
  ] as const) {
    record(tally, of, sights[key], patience.deadlineMs);
  }
  expect(judge(of, tally, few)).toMatchObject({ verdict: 'inconclusive', streak: 20 });
  record(tally, of, sights.m, patience.deadlineMs);
  expect(judge(of, tally, few)).toMatchObject({ verdict: 'pass', streak: 21 });
});

describe('a client that was lost soon after the step', () => {
  // A second apart: the first readable answers are from before half the deadline.
  test.each([
    ['answers of before the step', '56' as const, `ppp${'-'.repeat(15)}`],
    ['a flap', 'p' as const, `mpmp${'-'.repeat(15)}`],
    ['a right answer', 'p' as const, `p${'-'.repeat(15)}`],
  ])('%s and then nothing is inconclusive, not the mesh’s failure', (_, wanted, seen) => {
    const { verdict, why } = judged(wanted, seen, 1_000);
    expect(verdict).toBe('inconclusive');
    expect(why).toMatch(/^nothing could be seen after the first \d+ ms: the shell was lost$/);
  });

  test('a flap at the beginning is not what keeps a later run from passing', () => {
    expect(judged('p', 'mpmpppppppp-p', 1_800)).toMatchObject({ verdict: 'inconclusive', flaps: 1 });
  });
});

test('a judgement tells what was seen on the way', () => {
  expect(judged(['m', 'p'], 'umpupm')).toMatchObject({
    asked: 6,
    streak: 2,
    missChance: 0.5,
    flaps: 1,
    firstRightMs: 19_960,
    lastWrongMs: 19_980,
    seen: [
      { sight: sights.u, count: 2 },
      { sight: sights.m, count: 2 },
      { sight: sights.p, count: 2 },
    ],
  });
});

test('what never happened has no time', () => {
  expect(judged('p', 'p21')).not.toHaveProperty('lastWrongMs');
  expect(judged('p', 'm')).not.toHaveProperty('firstRightMs');
});

test('words', () => {
  expect(outcomeWords({ kind: 'reset', curlExits: [52, 56] })).toBe('000 with curl exit 52 or 56');
  expect(Object.values(sights).map(sightWords)).toEqual([
    `200 over mutual TLS as ${identity}`,
    '200 in plain text',
    '503',
    '000 with curl exit 56',
    '403',
    'not seen (the shell was lost)',
  ]);
});
