import { cell, counterAt, type Wanted } from '../../../probe/fixtures.ts';
import type { Gap } from '../../gaps.ts';
import type { ConnectionCounts, Counter, Pair } from '../../record/asked.ts';
import type { CounterEvidence } from './counters.ts';
import { counterId } from './counters.ts';
import { type ExpectedTraffic, expectedTrafficAt, isArrived, isSettled } from './expected-traffic.ts';

const lost: Gap = { code: 'reading-lost', error: 'the shell was lost' };

describe('what a Service’s sidecars are expected to take from clients with one', () => {
  const kind = (own: Counter[], ...pairs: Pair[]) => expectedTrafficAt('full/httpbin', own, pairs);

  test.each<[string, Wanted | Wanted[], ExpectedTraffic | undefined]>([
    ['mutual TLS alone', 'm', 'mtls'],
    ['plain text alone', 'p', 'plain'],
    ['mutual TLS, and rarely a refusal', ['m', '~503'], 'mtls'],
    ['neither, where they refuse', '503', undefined],
    ['nor where they reset', '56', undefined],
    ['mutual TLS, beside refusals', ['m', '503'], 'mtls'],
    ['plain text, beside refusals', ['503', 'p'], 'plain'],
  ])('%s', (_, wanted, expected) => {
    expect(kind([counterAt(0), counterAt(1)], cell('full→full', wanted))).toBe(expected);
  });

  test('several kinds, by endpoint', () => {
    expect(kind([counterAt(0), counterAt(1)], cell('full→full', ['m', 'p']))).toBe('mixed');
  });

  test('or by client', () => {
    const other = { ...cell('partial→full', 'p'), sidecar: true };
    expect(kind([counterAt(0)], cell('full→full', 'm'), other)).toBe('mixed');
    expect(kind([counterAt(0)], cell('full→full', 'p'), other)).toBe('plain');
  });

  test('what an AuthorizationPolicy refuses is taken before', () => {
    const refused = (over: 'mtls' | 'plain'): Pair => ({
      ...cell('partial→full', '503'),
      sidecar: true,
      expectation: { outcomes: [{ outcome: { kind: 'denied', over }, endpoints: ['full/0'], share: 1 }] },
    });
    expect(kind([counterAt(0)], cell('full→full', 'm'), refused('plain'))).toBe('mixed');
    expect(kind([counterAt(0)], cell('full→full', 'm'), refused('mtls'))).toBe('mtls');
    expect(kind([counterAt(0)], refused('mtls'))).toBeUndefined();
  });

  test('any kind, where what one of them gets is not certain', () => {
    const [sure, unsure] = [cell('full→full', 'm'), cell('partial→full', 'm')];
    const notJudged = { ...unsure, sidecar: true, expectation: { ...unsure.expectation, notJudged: ['x'] } };
    expect(kind([counterAt(0)], sure, { ...unsure, sidecar: true })).toBe('mtls');
    expect(kind([counterAt(0)], sure, notJudged)).toBe('mixed');
    expect(kind([counterAt(0)], sure, { ...notJudged, sidecar: false })).toBe('mtls');
    expect(kind([], notJudged)).toBe('mtls');
  });

  test('what goes to the endpoint without a sidecar is not theirs', () => {
    expect(kind([counterAt(0)], cell('full→full', ['m', 'p']))).toBe('mtls');
    expect(kind([counterAt(1)], cell('full→full', ['503', 'p']))).toBe('plain');
  });

  test('what clients without a sidecar bring is not looked at', () => {
    expect(kind([counterAt(0)], cell('full→full', 'm'), cell('legacy→full', 'p'))).toBe('mtls');
    expect(kind([counterAt(0)], cell('legacy→full', 'p'))).toBeUndefined();
  });

  test('what goes to other Services is not either', () => {
    expect(kind([counterAt(0)], cell('full→full', 'm'), cell('full→partial', 'p'))).toBe('mtls');
    expect(kind([counterAt(0)], cell('full→partial', 'p'))).toBeUndefined();
  });

  test('mutual TLS ends at a sidecar, also where none is known, so that there is evidence of it', () => {
    expect(kind([], cell('full→full', 'm'))).toBe('mtls');
    expect(kind([], cell('full→full', 'p'))).toBeUndefined();
  });
});

describe('a change that only counters can show has arrived', () => {
  test.each<[string, ExpectedTraffic | undefined, CounterEvidence, boolean]>([
    ['mutual TLS alone', 'mtls', { tls: true, plain: 0 }, true],
    ['not without any', 'mtls', { tls: false, plain: 0 }, false],
    ['nor with plain text beside it', 'mtls', { tls: true, plain: 1 }, false],
    ['plain text alone', 'plain', { tls: false, plain: 3 }, true],
    ['not with TLS beside it', 'plain', { tls: true, plain: 3 }, false],
    ['nor if nothing is known', 'plain', { unknown: lost }, false],
    ['with several kinds nothing can be waited for', 'mixed', { tls: true, plain: 3 }, true],
  ])('%s', (_, kind, counts, arrived) => {
    expect(isArrived(kind, counts)).toBe(arrived);
  });
});

describe('connections of before are gone', () => {
  const settled = (kind: ExpectedTraffic | undefined, ...all: (Partial<ConnectionCounts> | Gap | undefined)[]) => {
    const own = all.map((_, nth) => counterAt(nth));
    const counted = all.flatMap((one, nth) => {
      if (one === undefined) return [];
      const read = 'code' in one ? one : { total: 9, tls: 9, active: 0, activeTls: 0, ...one };
      return [[counterId(counterAt(nth)), read] as const];
    });
    return isSettled(own, kind, Object.fromEntries(counted));
  };

  test.each<[string, ExpectedTraffic | undefined, Partial<ConnectionCounts>, boolean]>([
    ['none is open', 'mtls', {}, true],
    ['with TLS alone where mutual TLS is expected', 'mtls', { active: 2, activeTls: 2 }, true],
    ['but not while one is open in plain text', 'mtls', { active: 2, activeTls: 1 }, false],
    ['none is open', 'plain', {}, true],
    ['in plain text alone where that is expected', 'plain', { active: 2 }, true],
    ['but not while one is open with TLS', 'plain', { active: 2, activeTls: 1 }, false],
    ['of either kind where several are expected', 'mixed', { active: 2, activeTls: 1 }, true],
    ['or where no client with a sidecar asks', undefined, { active: 2, activeTls: 1 }, true],
  ])('%s (%s)', (_, kind, connections, expected) => {
    expect(settled(kind, connections)).toBe(expected);
  });

  test('at every pod', () => {
    expect(settled('mtls', { active: 1, activeTls: 1 }, { active: 1 })).toBe(false);
    expect(settled('mtls', { active: 1 }, { active: 1, activeTls: 1 })).toBe(false);
  });

  test('one that cannot be read says nothing of it: it is asked again', () => {
    expect(settled('mtls', lost)).toBe(false);
    expect(settled('mtls', undefined)).toBe(false);
    expect(settled('mtls', lost, { active: 1 })).toBe(false);
  });
});
