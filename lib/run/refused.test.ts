import { cell, told } from '../probe/fixtures.ts';
import type { Judgement } from '../probe/types.ts';
import { notObserved, type Observation } from '../verdict/observation.ts';
import type { Verdict, VerdictReason } from '../verdict/reasons.ts';
import { caughtUp, type Log, refusedReview, tokenCollector } from './refused.ts';

const refused = cell('legacy→full', '56', 'p');
const answered = cell('full→full', 'm');
const all = [refused, answered].map((one) => ({ cell: one, workloads: ['full/httpbin'] }));

/** Why the answers alone come to a verdict. */
const byAnswers: Record<Verdict, VerdictReason> = {
  pass: { code: 'as-expected', answers: 90, expected: [] },
  fail: { code: 'wrong-answers', answers: 90, expected: [], wrong: [{ observation: { kind: 'plain' }, times: 90 }] },
  inconclusive: { code: 'nothing-seen', limitMs: 20_000, because: { code: 'nothing-sent' } },
};

const judgement = (verdict: Verdict): Judgement => ({
  ...{
    verdict,
    reasons: [byAnswers[verdict]],
    requests: 1,
    seen: [],
    timeline: [],
    counted: 90,
    wrong: 0,
    missChance: 0,
    flaps: 0,
  },
});

/** Collects the tokens of a step in which two requests were answered, and two refused. */
function collected() {
  const { tokens, collect } = tokenCollector();
  const of = (token: string, observation: Observation, counts = true) => ({ token, observation, counts });
  collect(refused, of('before', { kind: 'plain' }, false));
  collect(refused, of('early', { kind: 'refused', curlExit: 56 }, false));
  collect(refused, of('r1', { kind: 'refused', curlExit: 56 }));
  collect(refused, of('r2', { kind: 'refused', curlExit: 56 }));
  collect(refused, of('unread', notObserved({ code: 'curl-failed', curlExit: 28, message: 'timed out' })));
  collect(answered, of('a1', { kind: 'mtls', identity: 'spiffe://a' }));
  collect(answered, of('a2', { kind: 'unavailable' }));
  return tokens;
}

const reviewed = (log: Log, logging = new Set<string>(), verdict: Verdict = 'pass') => {
  const review = refusedReview(all, { tokens: collected(), logs: new Map([['full/httpbin', log]]), logging });
  return {
    ...told(review.judge(refused, judgement(verdict))),
    notes: review.notes,
    other: review.judge(answered, judgement('pass')),
  };
};
const log = (text: string): Log => ({ text, pods: 'pod full/httpbin-1' });

test('tokens are those of requests that were refused in the sample, and of all that were answered', () => {
  expect([...collected()]).toEqual([
    ['legacy→full', { refused: ['r1', 'r2'], answered: ['before'] }],
    ['full→full', { refused: [], answered: ['a1'] }],
  ]);
});

test('a refusal stands if the server logged what it answered, and nothing that was refused', () => {
  const logging = new Set<string>();
  expect(reviewed(log('GET /anything/a1 200'), logging)).toMatchObject({ verdict: 'pass', notes: [] });
  expect(logging).toEqual(new Set(['full/httpbin']));
});

test('a request that was refused, but logged by the application, is a failure', () => {
  const found = reviewed(log('GET /anything/a1 200\nGET /anything/r2 200'));
  expect(found).toMatchObject({
    verdict: 'fail',
    reasons: [{ code: 'refused-but-done', came: 1, refused: 2, podNames: 'pod full/httpbin-1' }],
    why: '1 of 2 refused requests reached the application all the same: pod full/httpbin-1 logged them',
    other: { verdict: 'pass' },
  });
});

test('a failure keeps its own reason', () => {
  expect(reviewed(log('a1 r1'), new Set(), 'fail')).toMatchObject({ verdict: 'fail', reasons: [byAnswers.fail] });
});

test('a log that cannot be read, or no longer shows what was answered, makes it inconclusive', () => {
  expect(reviewed({ unread: 'the user may not' })).toMatchObject({
    verdict: 'inconclusive',
    why: 'whether refused requests reached full/httpbin is not known: the user may not',
    other: { verdict: 'pass' },
  });
  expect(reviewed(log('nothing'), new Set(['full/httpbin']))).toMatchObject({
    verdict: 'inconclusive',
    why: expect.stringContaining('does not show the requests that it answered, as it did before'),
  });
});

test('of a server that logs no requests a note says that nothing is known', () => {
  expect(reviewed(log('listening'))).toMatchObject({
    verdict: 'pass',
    notes: [expect.stringContaining('does not show the requests that it answered')],
  });
});

describe('a log that is behind', () => {
  const behind = (shown: string, after: number) => {
    let reads = 0;
    const read = async (): Promise<Log> => {
      reads += 1;
      return { text: reads > after ? shown : '', pods: 'pod full/httpbin-0' };
    };
    return { read, count: () => reads };
  };

  test('is read again until it shows a request that was answered', async () => {
    const { read, count } = behind('GET /a/t1', 2);
    expect(await caughtUp(read, ['t0', 't1'], { limitMs: 5_000 })).toMatchObject({ text: 'GET /a/t1' });
    expect(count()).toBe(3);
  });

  test('for long is taken as it is', async () => {
    const { read } = behind('GET /a/t1', 1_000);
    expect(await caughtUp(read, ['t1'], { limitMs: 100 })).toMatchObject({ text: '' });
  });

  test.each<[string, Log, string[]]>([
    ['nothing was answered', { text: '', pods: '' }, []],
    ['it cannot be read', { unread: 'you may not' }, ['t1']],
  ])('is read once if %s', async (_, log, answered) => {
    let reads = 0;
    const read = async (): Promise<Log> => {
      reads += 1;
      return log;
    };
    expect(await caughtUp(read, answered, { limitMs: 5_000 })).toEqual(log);
    expect(reads).toBe(1);
  });
});
