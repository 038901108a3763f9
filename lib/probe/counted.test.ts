import { witnessAt } from './counted.ts';
import type { Reading } from './counters.ts';
import { cell, identity } from './fixtures.ts';
import type { Sample } from './phases/phase.ts';
import type { Schedule } from './schedule.ts';
import { APPLIED, came, counter, same, sampling } from './schedule-fixtures.ts';

describe('what a Service’s sidecars witness', () => {
  const cells = [
    cell('full→full', 'm'),
    cell('full→partial', 'm'),
    cell('legacy→full', 'p'),
    cell('legacy→partial', 'p'),
  ];
  const reading = (total: number, tls: number, partial = { total, tls }): Reading =>
    new Map([
      ['full/httpbin-0 8080', { total, tls, active: 0, activeTls: 0 }],
      ['partial/httpbin-0 8080', { ...partial, active: 0, activeTls: 0 }],
    ]);
  const bringing = (client: string, endedAt: number, full: number) => ({
    ...{ client, sentAt: APPLIED, endedAt: APPLIED + endedAt, requests: new Map([['full/httpbin', full]]) },
  });

  /** Returns a schedule with a reading of the counters 2 s after the step, and one after all batches. */
  function counted(first: Reading | undefined, last: Reading | undefined, batches: Schedule['batches'] = []): Schedule {
    const counters = [counter('full'), counter('partial')];
    const schedule = sampling(cells, { counters }, { at: APPLIED + 2_000, counts: first });
    schedule.last = last;
    schedule.batches = batches;
    return schedule;
  }

  test('is what they counted between the two readings, each Service its own', () => {
    const schedule = counted(reading(10, 5), reading(11, 6, { total: 12, tls: 5 }));
    expect(witnessAt(schedule, 'full/httpbin')).toMatchObject({ kind: 'mtls', witness: { tls: true, plain: 0 } });
    expect(witnessAt(schedule, 'partial/httpbin')).toMatchObject({ kind: 'mtls', witness: { tls: false, plain: 2 } });
  });

  test('but for what clients without a sidecar brought to it meanwhile', () => {
    const schedule = counted(reading(10, 5), reading(41, 6), [
      bringing('legacy', 3_000, 10),
      bringing('legacy', 4_000, 15),
      // Requests of a client with a sidecar are not subtracted: their connections are what the counters are for.
      bringing('full', 3_000, 100),
    ]);
    expect(witnessAt(schedule, 'full/httpbin')?.witness).toEqual({ tls: true, plain: 5 });
    expect(witnessAt(schedule, 'partial/httpbin')?.witness).toEqual({ tls: true, plain: 30 });
  });

  test('a batch that was over before the first reading was counted by it', () => {
    const went = (endedAt: number) =>
      witnessAt(counted(reading(10, 5), reading(21, 6), [bringing('legacy', endedAt, 10)]), 'full/httpbin')?.witness;
    expect(went(1_999)).toEqual({ tls: true, plain: 10 });
    expect(went(2_000)).toEqual({ tls: true, plain: 10 });
    expect(went(2_001)).toEqual({ tls: true, plain: 0 });
  });

  test('one that was under way may have come after it, though the sample had not started', () => {
    const schedule = counted(reading(10, 5), reading(21, 6), [bringing('legacy', 2_100, 10)]);
    schedule.phase = { ...(schedule.phase as Sample), from: APPLIED + 2_500 };
    expect(witnessAt(schedule, 'full/httpbin')?.witness).toEqual({ tls: true, plain: 0 });
  });

  test('is unknown without one of the readings', () => {
    const unknown = { kind: 'mtls', witness: { unknown: { code: 'server-unasked', pod: 'full/httpbin-0' } } };
    expect(witnessAt(counted(undefined, reading(1, 1)), 'full/httpbin')).toMatchObject(unknown);
    expect(witnessAt(counted(reading(1, 1), undefined), 'full/httpbin')).toMatchObject(unknown);
    expect(witnessAt(sampling(cells, { counters: [counter('full')] }), 'full/httpbin')).toMatchObject(unknown);
  });

  test('is unknown of a Service that should take mutual TLS and has no sidecar to ask', () => {
    expect(witnessAt(sampling(cells, { counters: [] }), 'full/httpbin')).toMatchObject({
      ...{ kind: 'mtls', witness: { unknown: { code: 'server-unasked' } } },
    });
  });

  test('is nothing where no sidecar was to be asked, or no client with one asks', () => {
    expect(witnessAt(sampling(cells), 'full/httpbin')).toBeUndefined();
    expect(witnessAt(sampling([same], { counters: [counter('legacy')] }), 'legacy/httpbin')).toBeUndefined();
  });

  test('is compared with the answers that seem to have come through them, but for those that nobody is certain of, and of pairs that fail by themselves', () => {
    const certain = cell('full→full', 'm');
    const open = { ...cell('legacy→full', 'p'), expectation: { ...certain.expectation, notJudged: ['a Sidecar'] } };
    const leaking = cell('other→full', 'm');
    const schedule = sampling([certain, open, leaking], { counters: [counter('full')] });
    for (const one of [certain, open, leaking]) came(schedule, one, 2_500, 10, { kind: 'mtls', identity });
    came(schedule, leaking, 2_600, 1, { kind: 'plain' });
    expect(witnessAt(schedule, 'full/httpbin')?.answers).toBe(10);
  });
});
