import { answer, cell, headersBody, identity, type Reply, xfcc } from '../../../probe/fixtures.ts';
import { shownBy } from '../../../probe/traffic/read.ts';
import type { Cell } from '../../../probe/types.ts';
import type { Answer } from '../../observed.ts';
import { answering, type BatchAnswer, observedIn } from './control.ts';

/** Returns the answer of a batch to a request of a cell. */
const answered = (of: Cell, given: Answer, atOnce = false): BatchAnswer => ({
  pair: of,
  shown: shownBy(given, of, { pods: new Map() }),
  atOnce,
});

const seenOf = (batch: BatchAnswer[], pods = {}) => observedIn(batch, pods).map(({ observation }) => observation);

const cells = { a: cell('legacy→a', 'p'), b: cell('legacy→b', '56') };

/** Returns the kinds of a batch's observations. Each pair is a server's letter and its reply. */
const kinds = (...batch: [keyof typeof cells, Reply][]): string[] =>
  seenOf(batch.map(([server, reply]) => answered(cells[server], answer(reply)))).map(({ kind }) => kind);

describe('a refusal counts only with a positive control around it', () => {
  test.each<[string, [keyof typeof cells, Reply][], string]>([
    [
      'before and after',
      [
        ['a', 'p'],
        ['b', 56],
        ['a', 'p'],
      ],
      'refused',
    ],
    [
      'further away',
      [
        ['a', 'p'],
        ['b', 56],
        ['b', 56],
        ['b', 56],
        ['a', 'm'],
      ],
      'refused',
    ],
    [
      'by the same server, which so shows that the client is well',
      [
        ['b', 'p'],
        ['b', 56],
        ['b', 'p'],
      ],
      'refused',
    ],
    [
      '503 as well',
      [
        ['a', 'p'],
        ['b', 503],
        ['a', 'p'],
      ],
      'unavailable',
    ],
    [
      'only before',
      [
        ['a', 'p'],
        ['b', 56],
      ],
      'not-observed',
    ],
    [
      'only after',
      [
        ['b', 56],
        ['a', 'p'],
      ],
      'not-observed',
    ],
    [
      'neither',
      [
        ['b', 56],
        ['b', 56],
        ['b', 56],
      ],
      'not-observed',
    ],
    [
      '503 without',
      [
        ['b', 503],
        ['b', 503],
      ],
      'not-observed',
    ],
    [
      'another status is no control',
      [
        ['a', 404],
        ['b', 56],
        ['a', 404],
      ],
      'not-observed',
    ],
    [
      'nor is 503',
      [
        ['a', 503],
        ['b', 56],
        ['a', 503],
      ],
      'not-observed',
    ],
    [
      'nor is a refusal',
      [
        ['a', 56],
        ['b', 56],
        ['a', 56],
      ],
      'not-observed',
    ],
  ])('%s', (_, go, wanted) => {
    const at = go.findIndex(([server, reply]) => server === 'b' && typeof reply === 'number');
    expect(kinds(...go)[at]).toBe(wanted);
  });

  test('what has no control says so', () => {
    const whys = ([56, 503] as const).flatMap((reply) => seenOf([answered(cells.b, answer(reply))]));
    expect(whys).toEqual([
      {
        kind: 'not-observed',
        because: { code: 'no-control', client: 'legacy', got: 'curl exit 56' },
        why: 'curl exit 56, but nothing answered legacy before and after: no positive control',
      },
      {
        kind: 'not-observed',
        because: { code: 'no-control', client: 'legacy', got: '503' },
        why: '503, but nothing answered legacy before and after: no positive control',
      },
    ]);
  });

  test('a control makes no DNS error a refusal', () => {
    expect(kinds(['a', 'p'], ['b', 6], ['a', 'p'])).toEqual(['plain', 'not-observed', 'plain']);
  });
});

describe('many asked at once, whose bodies are not kept', () => {
  const control = answered(cells.a, answer('p'));
  const atOnce = (reply: Reply) => answered(cells.b, answer(reply, { body: '' }), true);

  test('show a refusal or 503 beside a control that is asked by itself', () => {
    expect(seenOf([control, atOnce(503), atOnce(56), control])).toMatchObject([
      { kind: 'plain' },
      { kind: 'unavailable' },
      { kind: 'refused', curlExit: 56 },
      { kind: 'plain' },
    ]);
  });

  test('are no control to each other, though they are answered', () => {
    expect(seenOf([atOnce('p'), atOnce(503), atOnce('p')])[1]).toMatchObject({ kind: 'not-observed' });
  });

  test('show nothing of mutual TLS by an answer, which is not what was expected', () => {
    expect(seenOf([control, atOnce('p'), control])[1]).toEqual({ kind: 'other', status: 200 });
    const told = answer('p', { body: headersBody({ 'X-Forwarded-Client-Cert': xfcc }) });
    expect(seenOf([control, answered(cells.b, told, true), control])[1]).toEqual({ kind: 'other', status: 200 });
  });
});

test('a broken answer is no control', () => {
  const broken = answered(cells.a, answer('p', { curlExit: 18 }));
  expect(seenOf([broken, answered(cells.b, answer(56)), broken])[1]).toMatchObject({ kind: 'not-observed' });
});

test('a control is a server of which the model expects answers alone, but for a rare outcome', () => {
  const wanted = ['m', 'p', '503', '56', ['m', 'p'], ['p', '503'], ['p', '~503']] as const;
  expect(wanted.map((one) => answering(cell('a→b', one as never)))).toEqual([
    ...[true, true, false, false, true, false, true],
  ]);
  const sure = cell('a→b', 'm');
  expect(answering({ ...sure, expectation: { ...sure.expectation, notJudged: ['x'] } })).toBe(false);
});

describe('an answer that tells which pod gave it', () => {
  const grpc: Cell = { ...cell('full→full', 'm'), protocol: 'grpc' };
  const pods = { 'echo-1': 'full/0', 'echo-2': 'full/1' };
  const from = (pod: string) => {
    const body = `RequestHeader=x-forwarded-client-cert:${xfcc}\nHostname=${pod}\n`;
    return seenOf([answered(grpc, answer('p', { body }))], pods)[0];
  };

  test('is what it shows if such an answer is expected of the pod’s workload, or was before the step', () => {
    expect(from('echo-1')).toEqual({ kind: 'mtls', identity });
    const before = { ...cell('full→full', '503', ['p', 'm']), protocol: 'grpc' as const };
    const body = `RequestHeader=x-forwarded-client-cert:${xfcc}\nHostname=echo-2\n`;
    expect(seenOf([answered(before, answer('p', { body }))], pods)).toEqual([{ kind: 'mtls', identity }]);
  });

  test('strayed if it is expected of other workloads alone', () => {
    expect(from('echo-2')).toEqual({ kind: 'mtls', identity, strayed: 'full/1' });
  });

  test.each(['other-1', 'constructor', '__proto__'])('shows nothing if it is none of the server’s: %s', (podName) => {
    expect(from(podName)).toMatchObject({ kind: 'not-observed', because: { code: 'strange-pod', podName } });
  });
});

test('an answer of an address that the client was not to ask shows nothing', () => {
  const asking = { ...cells.a, addresses: ['10.96.0.7', 'fd00::7'] };
  const from = (address?: string) => {
    return seenOf([answered(asking, answer('p', address === undefined ? {} : { address }))])[0];
  };
  expect([from('10.96.0.7'), from('fd00::7'), from()].map((one) => one?.kind)).toEqual(['plain', 'plain', 'plain']);
  expect(from('10.96.0.8')).toMatchObject({ because: { code: 'asked-elsewhere', address: '10.96.0.8' } });
});
