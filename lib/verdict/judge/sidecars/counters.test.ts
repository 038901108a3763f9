import { answer, cell, counterAt, type Reply } from '../../../probe/fixtures.ts';
import { type Answered, batchOf, recordOf } from '../../../probe/record-fixtures.ts';
import type { Cell } from '../../../probe/types.ts';
import { type Gap, gapWords } from '../../gaps.ts';
import type { AskedRecord, Came, ConnectionCounts, Reading } from '../../record/asked.ts';
import { type CounterEvidence, counterEvidenceOf, counterId, plainRequestsTo } from './counters.ts';

const lost = (error: string): Gap => ({ code: 'reading-lost', error });

/** Returns plain text from a workload as an expected outcome. */
const plainAt = (workload: string) => ({ outcome: { kind: 'plain' as const }, endpoints: [workload], share: 1 });

describe('requests of clients without a sidecar that may have come to a counted one', () => {
  /** Only the workload full/0 has a sidecar that is counted. */
  const counters = [counterAt(0)];
  const full = cell('legacy→full', 'p');
  const partial = cell('legacy→partial', ['p', 'p']);
  const legacy = { ...cell('legacy→legacy', 'p'), expectation: { outcomes: [plainAt('full/1')], reasons: [] } };
  const meshed = cell('full→full', 'p');
  const pairs = [full, partial, legacy, meshed];
  const sent = { client: 'legacy', part: 'sample' as const, sentMs: 0, endedMs: 100 };

  /** Returns how many there were to each server among these answers. */
  function requestsIn(answers: Answered[], asked = recordOf(pairs)): Record<string, number> {
    asked.batches.push(batchOf(asked, sent, [{ answers }]));
    return requestsOf(asked);
  }

  function requestsOf(asked: AskedRecord, sinceMs = 0): Record<string, number> {
    const servers = [...new Set(asked.pairs.map(({ server }) => server))];
    return Object.fromEntries(servers.map((server) => [server, plainRequestsTo(asked, counters, { server, sinceMs })]));
  }

  test('are counted by server', () => {
    const answers: [Cell, Reply][] = [
      // Through a sidecar, no way to tell (twice), and reset before a sidecar read the request.
      [full, 'P'],
      [full, 503],
      [full, 28],
      [full, 56],
      // One to the workload with a sidecar, one that does not tell, and two to the workload without.
      [partial, 'P'],
      [partial, 503],
      [partial, 'p'],
      [partial, 'p'],
      [legacy, 'p'],
      [legacy, 'p'],
    ];
    expect(requestsIn(answers.map(([of, reply]) => [of, answer(reply)]))).toEqual({
      'full/httpbin': 3,
      'partial/httpbin': 2,
      'legacy/httpbin': 0,
    });
    expect(requestsIn([])).toEqual({ 'full/httpbin': 0, 'partial/httpbin': 0, 'legacy/httpbin': 0 });
  });

  test('are all that an AuthorizationPolicy refuses: no answer shows that a sidecar took them', () => {
    const outcome = { kind: 'reset' as const, curlExits: [52, 56], over: 'plain' as const };
    const refused = { ...full, expectation: { outcomes: [{ outcome, endpoints: ['full/0'], share: 1 }], reasons: [] } };
    const asked = recordOf([refused]);
    expect(
      requestsIn(
        [56, 52].map((reply) => [refused, answer(reply)]),
        asked,
      ),
    ).toEqual({ 'full/httpbin': 2 });
  });

  test('are all that HTTP servers may have read, where every endpoint has a sidecar: no answer need tell', () => {
    const replies: Reply[] = ['p', 'P', 503, 56];
    expect(requestsIn(replies.map((reply) => [full, answer(reply)]))).toMatchObject({ 'full/httpbin': 3 });
  });

  test('over a protocol that shows no headers are told by who answered', () => {
    const tcp = { ...partial, protocol: 'tcp' as const };
    const asked = recordOf([tcp], {
      shown: ['full/0', 'full/1'].map((workload) => ({
        observation: { kind: 'answered', workload },
        status: 200,
        curlExit: 0,
      })),
    });
    const came: Came[] = [
      [0, 0, 10],
      [0, 1, 10],
      [0, 1, 10],
    ];
    asked.batches.push({ ...sent, rounds: [{ came }] });
    expect(requestsOf(asked)).toEqual({ 'partial/httpbin': 1 });
  });

  test('are those of all rounds, and of no client with a sidecar', () => {
    const asked = recordOf(pairs);
    const answers: Answered[] = [[full, answer('P')]];
    asked.batches.push(batchOf(asked, sent, [{ answers }, { atOnce: true, answers: [...answers, ...answers] }]));
    asked.batches.push(batchOf(asked, { ...sent, client: 'full' }, [{ answers: [[meshed, answer('P')]] }]));
    expect(requestsOf(asked)).toMatchObject({ 'full/httpbin': 3 });
  });

  test('are those of batches that ended after a time, and all of a lost one, whose pod may send them still', () => {
    const asked = recordOf(pairs);
    asked.batches.push(batchOf(asked, sent, [{ answers: [[full, answer('P')]] }]));
    expect(requestsOf(asked, 99)).toMatchObject({ 'full/httpbin': 1 });
    expect(requestsOf(asked, 100)).toMatchObject({ 'full/httpbin': 0 });
    const because = { code: 'client-lost' as const, error: 'the shell was lost' };
    for (const isUnreadable of [false, true]) {
      asked.batches = [
        { client: 'legacy', part: 'grace', sentMs: 0, knownMs: 50, because, isUnreadable, asked: [0, 1, 1, 0, 0] },
      ];
      expect(requestsOf(asked, 100)).toEqual({ 'full/httpbin': 3, 'partial/httpbin': 2, 'legacy/httpbin': 0 });
    }
  });
});

describe('what two readings show', () => {
  const own = [counterAt(0)];
  const none: ConnectionCounts = { total: 0, tls: 0, active: 0, activeTls: 0 };
  const reading = (...all: (Partial<ConnectionCounts> | Gap)[]): Reading =>
    Object.fromEntries(all.map((one, nth) => [counterId(counterAt(nth)), 'code' in one ? one : { ...none, ...one }]));

  /** Returns in words why a counts knows nothing. */
  const unknownOf = (counts: CounterEvidence) => ('unknown' in counts ? gapWords(counts.unknown) : undefined);

  /** Returns the counts of two readings. Clients without a sidecar sent the given number of requests in between. */
  const shown = (first: Partial<ConnectionCounts>, last: Partial<ConnectionCounts>, requests = 0) =>
    counterEvidenceOf(own, reading(first), reading(last), requests);

  test.each<[string, Partial<ConnectionCounts>, Partial<ConnectionCounts>, number, boolean, number]>([
    ['nothing came', { total: 9, tls: 4 }, { total: 9, tls: 4 }, 0, false, 0],
    ['a connection with TLS', { total: 9, tls: 4 }, { total: 10, tls: 5 }, 0, true, 0],
    ['a plain-text connection', { total: 9, tls: 4 }, { total: 10, tls: 4 }, 0, false, 1],
    ['both', { total: 9, tls: 4 }, { total: 14, tls: 6 }, 0, true, 3],
    [
      'TLS over a connection that was open before',
      { total: 9, tls: 4, active: 1, activeTls: 1 },
      { total: 9, tls: 4 },
      0,
      true,
      0,
    ],
    [
      'plain text over a connection that was open before',
      { total: 9, tls: 4, active: 2, activeTls: 0 },
      { total: 9, tls: 4 },
      0,
      false,
      2,
    ],
    ['one of each open before', { total: 9, tls: 4, active: 2, activeTls: 1 }, { total: 9, tls: 4 }, 0, true, 1],
    ['what is open after tells nothing', {}, { active: 5, activeTls: 3 }, 0, false, 0],
    ['plain text of clients without a sidecar', { total: 9 }, { total: 99 }, 90, false, 0],
    ['more than they brought', { total: 9 }, { total: 99 }, 89, false, 1],
    ['fewer than they may have brought', { total: 9 }, { total: 19, tls: 5 }, 90, true, 0],
    ['their requests are no TLS', { total: 9, tls: 0 }, { total: 99, tls: 0 }, 0, false, 90],
  ])('%s', (_, first, last, requests, tls, plain) => {
    expect(shown(first, last, requests)).toEqual({ tls, plain });
  });

  test('all pods of the Service are added up', () => {
    const two = [counterAt(0), counterAt(1)];
    const [first, last] = [reading({ total: 5, tls: 5 }, { total: 5 }), reading({ total: 7, tls: 7 }, { total: 8 })];
    expect(counterEvidenceOf(two, first, last, 0)).toEqual({ tls: true, plain: 3 });
    expect(counterEvidenceOf(two, first, last, 2)).toEqual({ tls: true, plain: 1 });
    const with7 = reading({ requests: 2 }, { requests: 5 });
    expect(counterEvidenceOf(two, with7, reading({ requests: 4 }, { requests: 10 }), 0)).toMatchObject({ requests: 7 });
    expect(counterEvidenceOf(two, with7, reading({ requests: 4 }, {}), 0)).not.toHaveProperty('requests');
  });

  test('a connection that one pod has closed takes nothing from another', () => {
    const two = [counterAt(0), counterAt(1)];
    const first = reading({ total: 9, tls: 9, active: 1, activeTls: 1 }, { total: 5 });
    expect(counterEvidenceOf(two, first, reading({ total: 9, tls: 9 }, { total: 6 }), 0)).toEqual({
      tls: true,
      plain: 1,
    });
  });

  test.each<[string, Reading | undefined, Reading | undefined, string]>([
    ['no first reading', undefined, reading({}), 'the sidecar of full/httpbin-0 could not be asked'],
    ['no last reading', reading({}), undefined, 'the sidecar of full/httpbin-0 could not be asked'],
    ['a pod that the first does not have', reading(), reading({}), 'the sidecar of full/httpbin-0 could not be asked'],
    ['a first that failed', reading(lost('port 15090 answered HTTP 503')), reading({}), 'port 15090 answered HTTP 503'],
    ['a last that failed', reading({}), reading(lost('the shell was lost')), 'the shell was lost'],
    [
      ...(['a sidecar that counts from 0 again', reading({ total: 9 }), reading({ total: 8 })] as const),
      'the sidecar of full/httpbin-0 was started anew during the step',
    ],
  ])('nothing is known with %s', (_, first, last, unknown) => {
    expect(unknownOf(counterEvidenceOf(own, first, last, 0))).toBe(unknown);
  });

  test('nor where one of several could not be read', () => {
    const first = reading({}, {});
    const last = reading({ total: 1, tls: 1 }, lost('the shell was lost'));
    expect(counterEvidenceOf([counterAt(0), counterAt(1)], first, last, 0)).toEqual({
      unknown: lost('the shell was lost'),
    });
  });

  test('nor of a server without a sidecar that could be asked', () => {
    expect(unknownOf(counterEvidenceOf([], reading({}), reading({}), 0))).toBe(
      'no sidecar of the server could be asked what it counted',
    );
  });
});
