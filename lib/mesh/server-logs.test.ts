import { jest } from '@jest/globals';
import { cell } from '../probe/fixtures.ts';
import { notObserved } from '../verdict/observation.ts';
import type { Observation } from '../verdict/observed.ts';
import type { ReadLog, ServerLog } from '../verdict/record/looked.ts';
import { type AskedPair, caughtUp, compareLogs, type Log, tokenCollector } from './server-logs.ts';

const refused = cell('legacy→full', '56', 'p');
const answered = cell('full→full', 'm');

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

test('tokens are those of requests that were refused in the sample, and of all that were answered', () => {
  expect([...collected()]).toEqual([
    ['legacy→full', { refused: ['r1', 'r2'], answered: ['before'] }],
    ['full→full', { refused: [], answered: ['a1'] }],
  ]);
});

const podNames = 'pod full/httpbin-1';
const httpbin = { workload: 'full/httpbin', protocol: 'http' as const };

describe('what a log shows', () => {
  const pairs = [...collected()].map(([id, tokens]): AskedPair => {
    return { cell: id, protocol: 'http', workloads: ['full/httpbin'], ...tokens };
  });
  const shown = (text: string): Log => ({ shown: new Set(text.split(' ')), podNames });
  const compared = (logs: Record<string, Log>, given = pairs, logging: string[] = []) =>
    compareLogs(given, new Map(Object.entries(logs)), new Set(logging));

  test.each<[string, boolean, number]>([
    ['a1', true, 0],
    ['before r2', true, 1],
    ['r1 r2', false, 2],
    ['early', false, 0],
  ])('%s', (text, showsAnswered, came) => {
    const refusals = [{ cell: 'legacy→full', refused: 2, came }];
    expect(compared({ 'full/httpbin': shown(text) })).toEqual([
      { ...httpbin, podNames, answered: 2, showsAnswered, showedAnswered: false, refused: refusals },
    ]);
  });

  test('is told beside what it has shown before', () => {
    expect(compared({ 'full/httpbin': shown('early') }, pairs, ['http://full/httpbin'])).toMatchObject([
      { showsAnswered: false, showedAnswered: true },
    ]);
  });

  test('is nothing if it cannot be read', () => {
    expect(compared({ 'full/httpbin': { unread: 'you may not' } })).toEqual([
      { workload: 'full/httpbin', unread: 'you may not' },
    ]);
  });

  test('of one protocol says nothing of another, and where nothing was refused it is left out', () => {
    const grpc = { ...(pairs[0] as AskedPair), protocol: 'grpc' as const, refused: ['g1'], answered: ['g2'] };
    const https = { ...grpc, protocol: 'https' as const, refused: [] };
    expect(compared({ 'full/httpbin': shown('a1') }, [...pairs, grpc, https])).toMatchObject([
      { protocol: 'http', showsAnswered: true },
      { protocol: 'grpc', showsAnswered: false },
    ]);
  });

  test('is not what another workload behind the same Service answered', () => {
    const both = pairs.map((pair) => ({ ...pair, workloads: ['full/v1', 'full/v2'] }));
    expect(compared({ 'full/v1': shown('a1 before'), 'full/v2': shown('early') }, both)).toMatchObject([
      { workload: 'full/v1', answered: 2, showsAnswered: true },
      { workload: 'full/v2', answered: 0, showsAnswered: false },
    ]);
  });
});

describe('a log that is behind', () => {
  const behind = (after: number) => {
    let reads = 0;
    const read = async (): Promise<Log> => {
      reads += 1;
      return { shown: new Set(reads > after ? ['t1'] : []), podNames };
    };
    return { reads: new Map([['full/httpbin', read]]), count: () => reads };
  };
  const comparing =
    (given: Partial<ReadLog> = {}) =>
    (logs: ReadonlyMap<string, Log>): ServerLog[] =>
      [...logs].map(([workload, log]) => {
        if ('unread' in log) return { workload, unread: log.unread };
        const showsAnswered = log.shown.has('t1');
        return { ...httpbin, podNames, answered: 1, showsAnswered, showedAnswered: true, refused: [], ...given };
      });

  test('is read again until it shows a request that was answered', async () => {
    const { reads, count } = behind(2);
    expect(await caughtUp(reads, comparing(), { limitMs: 5_000 })).toMatchObject([{ showsAnswered: true }]);
    expect(count()).toBe(3);
  });

  test('for long is taken as it is', async () => {
    const { reads } = behind(1_000);
    expect(await caughtUp(reads, comparing(), { limitMs: 100 })).toMatchObject([{ showsAnswered: false }]);
  });

  test.each<[string, Partial<ReadLog>]>([
    ['nothing was answered', { answered: 0 }],
    ['it never showed what was answered', { showedAnswered: false }],
  ])('is read once if %s', async (_, given) => {
    const { reads, count } = behind(1_000);
    await caughtUp(reads, comparing(given), { limitMs: 5_000 });
    expect(count()).toBe(1);
  });

  test('is read once if it cannot be read', async () => {
    const unread = { unread: 'you may not' };
    const read = jest.fn(async (): Promise<Log> => unread);
    const logs = await caughtUp(new Map([['full/httpbin', read]]), comparing(), { limitMs: 5_000 });
    expect(logs).toEqual([{ workload: 'full/httpbin', ...unread }]);
    expect(read).toHaveBeenCalledTimes(1);
  });
});
