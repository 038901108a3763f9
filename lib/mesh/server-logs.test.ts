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
  const server = { workload: 'full/httpbin', protocol: 'http' as const };
  const podNames = 'pod full/httpbin-1';
  const shown = (text: string, showedAnswered = false) =>
    serverLog(server, { shown: new Set(text.split(' ')), podNames }, { tokens: collected(), showedAnswered });
  const known = { ...server, podNames, answered: 2 };

  test.each<[string, boolean, number]>([
    ['a1', true, 0],
    ['before r2', true, 1],
    ['r1 r2', false, 2],
    ['early', false, 0],
  ])('%s', (text, showsAnswered, came) => {
    expect(shown(text)).toEqual({
      ...known,
      showsAnswered,
      showedAnswered: false,
      refused: [{ cell: 'legacy→full', refused: 2, came }],
    });
  });

  test('is told beside what it has shown before', () => {
    expect(shown('early', true)).toMatchObject({ showsAnswered: false, showedAnswered: true });
  });
});

describe('a log that is behind', () => {
  const behind = (shown: string[], after: number) => {
    let reads = 0;
    const read = async (): Promise<Log> => {
      reads += 1;
      return { shown: new Set(shown.slice(0, Math.max(reads - after, 0))), podNames: 'pod full/httpbin-0' };
    };
    return { read, count: () => reads };
  };

  test('is read again until it shows a request of each protocol that was answered', async () => {
    const { read, count } = behind(['t1', 't2'], 2);
    expect(await caughtUp(read, [['t0', 't1'], ['t2']], { limitMs: 5_000 })).toMatchObject({
      shown: new Set(['t1', 't2']),
    });
    expect(count()).toBe(4);
  });

  test('for long is taken as it is', async () => {
    const { read } = behind(['t1'], 1_000);
    expect(await caughtUp(read, [['t1']], { limitMs: 100 })).toMatchObject({ shown: new Set() });
  });

  test.each<[string, Log, string[][]]>([
    ['nothing was answered', { shown: new Set(), podNames: '' }, [[]]],
    ['it never showed what was answered', { shown: new Set(), podNames: '' }, []],
    ['it cannot be read', { unread: 'you may not' }, [['t1']]],
  ])('is read once if %s', async (_, log, expected) => {
    let reads = 0;
    const read = async (): Promise<Log> => {
      reads += 1;
      return log;
    };
    expect(await caughtUp(read, expected, { limitMs: 5_000 })).toEqual(log);
    expect(reads).toBe(1);
  });
});
