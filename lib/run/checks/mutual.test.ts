import { expecting, identity, type Wanted } from '../../probe/fixtures.ts';
import type { Topology } from '../../scenario/topology.ts';
import { idOf, type Traffic } from '../../scenario/traffic.ts';
import type { Judgement } from '../../verdict/judgement.ts';
import type { Observation } from '../../verdict/observed.ts';
import { reasonWords } from '../../verdict/reasons.ts';
import { checkMutual } from './mutual.ts';

const pair: Traffic = { from: 'shop/web', to: 'shop/cart', port: 80, protocol: 'http' };
const id = idOf(pair);
const topologies = [{ traffic: [pair] } as Topology];

type Found = { verdict: Judgement['verdict']; wanted: Wanted; seen: Observation[] };

/** What the check says of one pair of which a step found this. */
function said({ verdict, wanted, seen }: Found, ids = [id]): string[] {
  const all = seen.map((observation) => ({ observation, count: 1, counted: 1, firstMs: 0, lastMs: 0 }));
  const learned = {
    decided: new Map([[id, { verdict, seen: all }]]),
    lastExpected: new Map([[id, expecting(wanted)]]),
  };
  return checkMutual({ topologies }, learned, ids).reasons.map(
    ({ code, ...rest }) => `${code}: ${reasonWords({ code, ...rest } as never)}`,
  );
}
const mutual: Observation = { kind: 'mtls', identity };

test.each<[string, Found]>([
  ['mutual TLS', { verdict: 'pass', wanted: 'm', seen: [mutual] }],
  ['a refusal, which is no plain text', { verdict: 'pass', wanted: '56', seen: [{ kind: 'refused', curlExit: 56 }] }],
  [
    'bytes that counters show to be mutual TLS',
    { verdict: 'pass', wanted: 'm', seen: [{ kind: 'answered', workload: 'full/0' }] },
  ],
  ['a failure that is no plain text', { verdict: 'fail', wanted: 'm', seen: [mutual, { kind: 'other', status: 503 }] }],
])('passes with %s', (_, found) => {
  expect(said(found)).toEqual([expect.stringMatching(/^check-passed: .*1 pairs/)]);
});

test.each<[string, Found]>([
  ['plain text that was expected', { verdict: 'pass', wanted: 'p', seen: [{ kind: 'plain' }] }],
  ['plain text behind bytes', { verdict: 'pass', wanted: 'p', seen: [{ kind: 'answered', workload: 'full/0' }] }],
  ['plain text that was not expected', { verdict: 'fail', wanted: 'm', seen: [mutual, { kind: 'plain' }] }],
  ['plain text of which nothing is judged', { verdict: 'inconclusive', wanted: 'm', seen: [{ kind: 'plain' }] }],
])('fails with %s', (_, found) => {
  expect(said(found)).toEqual([expect.stringMatching(/^not-mutual: /)]);
});

test.each<[string, Found]>([
  ['no answer', { verdict: 'inconclusive', wanted: 'm', seen: [] }],
  [
    'bytes that no counter tells',
    { verdict: 'inconclusive', wanted: 'm', seen: [{ kind: 'answered', workload: 'full/0' }] },
  ],
])('does not know with %s', (_, found) => {
  expect(said(found)).toEqual([expect.stringMatching(/^mutual-unknown: /)]);
});

test('does not know of a pair that no step has asked', () => {
  const nothing = { decided: new Map(), lastExpected: new Map() };
  expect(checkMutual({ topologies }, nothing, [id]).reasons).toEqual([
    { code: 'mutual-unknown', pair: id, said: 'it was not asked' },
  ]);
});

test('is no pass if no pair must be mutual TLS, and asks only for those that must', () => {
  const plain: Found = { verdict: 'pass', wanted: 'p', seen: [{ kind: 'plain' }] };
  expect(said(plain, [])).toEqual([expect.stringMatching(/^nobody-asked: /)]);
  expect(said(plain, ['another'])).toEqual([expect.stringMatching(/^nobody-asked: /)]);
});

test('answers that came before the step had arrived say nothing of it', () => {
  const seen = [
    { observation: { kind: 'plain' as const }, count: 3, counted: 0, firstMs: 0, lastMs: 0 },
    { observation: { kind: 'refused' as const, curlExit: 56 }, count: 30, counted: 30, firstMs: 0, lastMs: 0 },
  ];
  const decided = new Map([[id, { verdict: 'inconclusive' as const, seen }]]);
  const learned = { decided, lastExpected: new Map([[id, expecting('56')]]) };
  expect(checkMutual({ topologies }, learned, [id]).reasons).toEqual([
    { code: 'check-passed', said: 'no request of 1 pairs is answered in plain text' },
  ]);
});
