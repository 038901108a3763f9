import { distinct, effectOf, reasonGroups, reasonWords, type VerdictReason, verdictOf, whyOf } from './reasons.ts';

const right: VerdictReason = { code: 'as-expected', answers: 90, expected: [{ outcome: { kind: 'plain' } }] };
const wrong: VerdictReason = {
  code: 'wrong-answers',
  expected: [{ outcome: { kind: 'plain' } }],
  answers: 90,
  wrong: [
    { observation: { kind: 'unavailable' }, times: 2 },
    { observation: { kind: 'other', status: 403 }, times: 1 },
  ],
};
const doubt: VerdictReason = { code: 'pod-ending', podName: 'pod full/httpbin-0' };
const filter = { object: 'EnvoyFilter full/fault', does: 'acts on httpbin.full', can: 'it can answer requests itself' };
const cause: VerdictReason = { code: 'acts', ...filter };
const note: VerdictReason = { code: 'kind-unread', error: 'may not list envoyfilters' };

test('any doubt leaves a verdict open, and then any failure decides', () => {
  expect(verdictOf([right])).toBe('pass');
  expect(verdictOf([right, cause, note])).toBe('pass');
  expect(verdictOf([wrong, cause])).toBe('fail');
  expect(verdictOf([doubt, wrong, cause])).toBe('inconclusive');
  expect(verdictOf([doubt, right])).toBe('inconclusive');
});

test('a reason of a later version, which is not known here, leaves it open', () => {
  expect(effectOf({ code: 'not-yet' } as unknown as VerdictReason)).toBe('doubt');
});

test('reasons are told in one sentence: what is so, then what was not looked at, without what may have caused it', () => {
  expect(whyOf([note, wrong, cause])).toBe(
    'expected 200 in plain text; 2 of 90 answers after the step had arrived were 503, 1 403; may not list envoyfilters',
  );
  expect(whyOf([doubt, right])).toBe(
    'pod full/httpbin-0 is being deleted; all 90 answers that count were as expected: 200 in plain text',
  );
});

test('what is said already is not said again', () => {
  expect(distinct([doubt, { ...doubt }, right])).toEqual([doubt, right]);
  expect(distinct([doubt, { ...doubt, podName: 'pod full/httpbin-1' }])).toHaveLength(2);
});

test('a reason may come from a file, whose facts a person can read', () => {
  const read = JSON.parse(JSON.stringify(wrong)) as VerdictReason;
  expect(reasonWords(read)).toBe(reasonWords(wrong));
});

describe('every code', () => {
  const all = reasonGroups.flatMap(({ codes }) => Object.entries(codes));

  test('is there once, and is an anchor of its page', () => {
    const codes = all.map(([code]) => code);
    expect(codes.filter((code) => !/^[a-z]+(-[a-z]+)*$/.test(code))).toEqual([]);
    expect(new Set(codes).size).toBe(codes.length);
  });

  test('of a failure says what to do', () => {
    // Where all is in the sentence: what came, and from whom.
    const plain = ['too-often', 'bytes-over-tls', 'told-failure'];
    const silent = all.filter(([, { effect, advice }]) => effect === 'fail' && advice === undefined);
    expect(silent.map(([code]) => code)).toEqual(plain);
  });
});
