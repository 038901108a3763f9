import { cell } from '../probe/fixtures.ts';
import { notObserved } from '../verdict/observation.ts';
import type { Observation } from '../verdict/observed.ts';
import { caughtUp, type Log, serverLog, tokenCollector } from './server-logs.ts';

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

describe('what a log shows', () => {
  const shown = (text: string, showed = false) =>
    serverLog('full/httpbin', { text, podNames: 'pod full/httpbin-1' }, collected(), showed);
  const known = { workload: 'full/httpbin', podNames: 'pod full/httpbin-1', answered: 2 };

  test.each<[string, boolean, number]>([
    ['GET /anything/a1 200', true, 0],
    ['GET /anything/before 200\nGET /anything/r2 200', true, 1],
    ['r1 r2', false, 2],
    ['listening', false, 0],
  ])('%j', (text, showsAnswered, came) => {
    expect(shown(text)).toEqual({
      ...known,
      showsAnswered,
      showedAnswered: false,
      refused: [{ cell: 'legacy→full', refused: 2, came }],
    });
  });

  test('is told beside what it has shown before', () => {
    expect(shown('listening', true)).toMatchObject({ showsAnswered: false, showedAnswered: true });
  });

  test('is nothing if it cannot be read', () => {
    expect(serverLog('full/httpbin', { unread: 'you may not' }, collected(), true)).toEqual({
      workload: 'full/httpbin',
      unread: 'you may not',
    });
  });
});

describe('a log that is behind', () => {
  const behind = (shown: string, after: number) => {
    let reads = 0;
    const read = async (): Promise<Log> => {
      reads += 1;
      return { text: reads > after ? shown : '', podNames: 'pod full/httpbin-0' };
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
    ['nothing was answered', { text: '', podNames: '' }, []],
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
