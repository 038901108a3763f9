import type { ExpectedSetting, Losses, PathResult, Transitions, Try } from '../types.ts';

const plain: ExpectedSetting = { mode: 'PERMISSIVE', rule: 'DISABLE', outcomes: ['plain'] };
const permissive: ExpectedSetting = { mode: 'PERMISSIVE', rule: 'none', outcomes: ['mtls'] };
const strict: ExpectedSetting = { mode: 'STRICT', rule: 'none', outcomes: ['mtls'] };
const refusing: ExpectedSetting = { mode: 'STRICT', rule: 'DISABLE', outcomes: ['unavailable'] };
const none: ExpectedSetting = { mode: 'none', rule: 'none', outcomes: ['mtls'] };

/** Returns the losses of a change after which this many requests were lost, from 120 ms on. */
export function lost(count: number, codes: Record<string, number> = { 503: count }): Losses {
  const arrived = { sent: 1_000, arrivedMs: 210 };
  if (count === 0) return { ...arrived, lost: 0, codes: {}, longestMs: 0 };
  return { ...arrived, lost: count, codes, firstMs: 120, lastMs: 120 + count * 5, longestMs: count * 4 };
}

/** Returns a try that counts, with the losses of each change. */
export function tried(...changes: Losses[]): Try {
  return { verdict: 'measured', why: [], rate: 198.2, changes };
}

const aim = 'lock down';

/** Paths of each sort: to an aim directly, in steps without loss and through a setting that refuses; and two others. */
export function pathsOf(): PathResult[] {
  return [
    { name: 'none:strict', settings: [none, strict], races: [false], tries: [tried(lost(0)), tried(lost(0))] },
    {
      name: 'permissive+disable:strict',
      aim,
      settings: [plain, strict],
      races: [true],
      tries: [tried(lost(12)), tried(lost(3))],
    },
    {
      name: 'permissive+disable:permissive:strict',
      aim,
      settings: [plain, permissive, strict],
      races: [false, false],
      tries: [tried(lost(0), lost(0)), tried(lost(0), lost(0))],
    },
    {
      name: 'permissive+disable:strict+disable:strict',
      aim,
      settings: [plain, refusing, strict],
      races: [false, false],
      tries: [tried(lost(700, { 503: 698, 'curl 56': 2 }), lost(9)), tried(lost(650), lost(0))],
    },
    {
      name: 'strict:none',
      settings: [strict, none],
      races: [false],
      tries: [{ verdict: 'inconclusive', why: ['the shell was lost'], rate: 0, changes: [] }],
    },
  ];
}

/** Returns what was measured on a release. */
export function transitionsOf(version = '1.31.0', paths = pathsOf()): Transitions {
  return {
    schema: 'automtls.dev/transitions/v1',
    automtls: { version: '0.1.0' },
    startedAt: '2026-01-02T03:04:05.678Z',
    ms: 98_760,
    cluster: { provider: 'native', name: 'run-1', kubernetes: 'v1.36.1' },
    istio: { version, release: version.replace(/\.\d+$/, ''), notes: [] },
    paths,
    exitCode: 3,
  };
}
