import { taskWorld } from '../../../model/fixtures.ts';
import { cell, told } from '../../../probe/fixtures.ts';
import type { Verdict } from '../../fields.ts';
import type { Judgement } from '../../judgement.ts';
import type { VerdictReason } from '../../reasons.ts';
import { recorded } from '../../record/fixtures.ts';
import type { ReadLog, ServerLog } from '../../record/looked.ts';
import type { NamedPair } from '../../record/step.ts';
import { refusedReview } from './refused.ts';

const asking = (...[name, ...expected]: Parameters<typeof cell>): NamedPair => {
  const [from = '', to = ''] = name.split('→');
  const question = {
    protocol: 'http' as const,
    client: { namespace: from, name: 'sleep' },
    server: { namespace: to, name: 'httpbin', port: 8000 },
  };
  return { ...cell(name, ...expected), name, question };
};
const refused = asking('legacy→full', '56', 'p');
const answered = asking('full→full', 'm');
const elsewhere = asking('legacy→legacy', '56', 'p');

/** Why the answers alone come to a verdict. */
const byAnswers: Record<Verdict, VerdictReason> = {
  pass: { code: 'as-expected', answers: 90, expected: [] },
  fail: { code: 'wrong-answers', answers: 90, expected: [], wrong: [{ observation: { kind: 'plain' }, times: 90 }] },
  inconclusive: { code: 'nothing-seen', limitMs: 20_000, because: { code: 'nothing-sent' } },
};

const judgement = (verdict: Verdict): Judgement => ({
  verdict,
  reasons: [byAnswers[verdict]],
  requests: 1,
  seen: [],
  timeline: [],
  counted: 90,
  wrong: 0,
  missChance: 0,
  flaps: 0,
});

const reviewed = (log: ServerLog, verdict: Verdict = 'pass') => {
  const review = refusedReview({ topology: taskWorld([]) }, [refused, answered, elsewhere], recorded([log]));
  return {
    ...told(review.judge(refused, judgement(verdict))),
    notes: review.notes,
    others: [answered, elsewhere].map((one) => review.judge(one, judgement('pass')).verdict),
  };
};
const others = ['pass', 'pass'];
const log = (came: number, shows: Partial<ReadLog> = {}): ServerLog => ({
  workload: 'full/httpbin',
  podNames: 'pod full/httpbin-1',
  answered: 2,
  showsAnswered: true,
  showedAnswered: false,
  refused: [{ cell: 'legacy→full', refused: 2, came }],
  ...shows,
});

test('a server that logs what it answered, but nothing that was refused, passes', () => {
  expect(reviewed(log(0))).toMatchObject({ verdict: 'pass', notes: [], others });
});

test('a request that was refused, but logged by the application, is a failure', () => {
  expect(reviewed(log(1))).toMatchObject({
    verdict: 'fail',
    reasons: [{ code: 'refused-but-done', came: 1, refused: 2, podNames: 'pod full/httpbin-1' }],
    why: '1 of 2 refused requests reached the application all the same: pod full/httpbin-1 logged them',
    others,
  });
});

test('a failure keeps its own reason', () => {
  expect(reviewed(log(1), 'fail')).toMatchObject({ verdict: 'fail', reasons: [byAnswers.fail] });
});

test('a log that cannot be read, or no longer shows what was answered, makes it inconclusive', () => {
  expect(reviewed({ workload: 'full/httpbin', unread: 'the user may not' })).toMatchObject({
    verdict: 'inconclusive',
    why: 'whether refused requests reached full/httpbin is not known: the user may not',
    others,
  });
  expect(reviewed(log(0, { showsAnswered: false, showedAnswered: true }))).toMatchObject({
    verdict: 'inconclusive',
    why: expect.stringContaining('does not show the requests that it answered, as it did before'),
    others,
  });
});

test('what reached the application is a failure, though the log shows nothing that was answered', () => {
  expect(reviewed(log(1, { showsAnswered: false, showedAnswered: true }))).toMatchObject({ verdict: 'fail' });
});

test('a log of one protocol says nothing of the requests of another', () => {
  const silent = { showsAnswered: false, showedAnswered: true };
  expect(reviewed(log(0, { ...silent, protocol: 'http' }))).toMatchObject({ verdict: 'inconclusive' });
  expect(reviewed(log(0, { ...silent, protocol: 'grpc' }))).toMatchObject({ verdict: 'pass', notes: [], others });
  expect(reviewed(log(0, { showsAnswered: false, protocol: 'grpc' }))).toMatchObject({
    notes: [
      'whether refused requests reached full/httpbin over grpc is not known: its log does not show the requests that it answered',
    ],
  });
});

test('of a server that logs no requests a note says that nothing is known', () => {
  expect(reviewed(log(0, { showsAnswered: false }))).toMatchObject({
    verdict: 'pass',
    notes: [expect.stringContaining('does not show the requests that it answered')],
  });
  expect(reviewed(log(0, { answered: 0, showsAnswered: false }))).toMatchObject({ verdict: 'pass', notes: [] });
});
