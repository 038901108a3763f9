import { summaryOf } from '../judge.ts';
import type { HarnessVerdict, Proof, TriedSaboteur } from '../types.ts';

const aim = 'strict › STRICT on httpbin.full';
const ms = { break: 200, step: 3_000, mend: 1_000 };
const turn = { of: ['sleep.legacy → httpbin.full'], to: 'fail', because: 'never-arrived {"last":{"kind":"plain"}}' };
const plain: HarnessVerdict = {
  of: 'sleep.legacy → httpbin.full',
  verdict: 'fail',
  why: 'the last answer was 200 in plain text',
  reasons: [
    {
      code: 'never-arrived',
      expected: [{ outcome: { kind: 'reset', curlExits: [56] } }],
      limitMs: 20_000,
      last: { kind: 'plain' },
    },
  ],
};

/** A saboteur of each outcome. */
export const tried: TriedSaboteur[] = [
  {
    name: 'past-the-sidecar',
    title: 'nothing enforces STRICT',
    aim,
    when: 'between',
    outcome: 'killed',
    ms,
    why: [],
    turns: [turn],
    turned: [plain],
  },
  {
    name: 'istiod-pauses',
    title: 'istiod stands still for a moment',
    aim,
    when: 'between',
    outcome: 'withstood',
    ms,
    why: [],
    turns: [],
    turned: [],
  },
  {
    name: 'liar',
    title: 'a server that answers 200 to everything',
    aim,
    when: 'start',
    outcome: 'survived',
    ms,
    why: ['sleep.legacy → httpbin.full had to turn fail, but stayed green: all as expected'],
    turns: [turn],
    turned: [],
  },
  {
    name: 'stray-rule',
    title: 'a DestinationRule of others',
    aim,
    when: 'between',
    outcome: 'false',
    ms,
    why: ['sleep.legacy → httpbin.full turned fail for another reason than acts-since: timeout'],
    turns: [{ ...turn, because: 'acts-since' }],
    turned: [plain],
  },
];

/** Returns a proof of the given saboteurs. */
export function proofOf(saboteurs: TriedSaboteur[], error?: string): Proof {
  return {
    schema: 'automtls.dev/prove/v2',
    automtls: { version: '0.1.0' },
    startedAt: '2026-01-02T03:04:05.678Z',
    ms: 16_800,
    cluster: { provider: 'native', name: 'run-1', kubernetes: 'v1.36.1' },
    istio: { version: '1.31.0', notes: [] },
    saboteurs,
    summary: summaryOf(saboteurs, error),
    ...(error !== undefined && { error }),
  };
}
