import { haveArrivedUnseen, isToReadEarly, witnessAt } from './counted.ts';
import { counterId, type Reading } from './counters.ts';
import { cell, identity } from './fixtures.ts';
import type { Schedule } from './schedule.ts';
import { APPLIED, came, changing, counter, courseWith, reached, same, sampling } from './schedule-fixtures.ts';
import type { Cell } from './types.ts';

describe('a change that only counters show', () => {
  const unseen: Cell = { ...cell('full→full', 'm', 'p'), protocol: 'tcp' };
  /** The counters after so many connections with TLS and without. */
  const counted = (tls: number, plain: number): Reading =>
    new Map([[counterId(counter('full')), { total: tls + plain, tls, active: 0, activeTls: 0 }]]);
  const waiting = (): Schedule => courseWith([unseen, same], { counters: [counter('full')] });
  const batch = (schedule: Schedule, from: number, to: number): void => {
    schedule.batches.push({ client: 'full', sentAt: APPLIED + from, endedAt: APPLIED + to, requests: new Map() });
  };
  const looks = (schedule: Schedule, ms: number, counts: Reading): boolean => {
    schedule.reading = { at: APPLIED + ms, counts };
    schedule.readings.push(schedule.reading);
    return haveArrivedUnseen(schedule);
  };

  test('has arrived once a batch brought connections of the new kind alone, however often the counters are read meanwhile', () => {
    const schedule = waiting();
    batch(schedule, 0, 900);
    expect(looks(schedule, 1_000, counted(0, 9))).toBe(false);
    for (const ms of [1_100, 1_200, 1_300, 1_400]) expect(looks(schedule, ms, counted(ms - 1_000, 9))).toBe(false);
    batch(schedule, 1_050, 1_450);
    expect(looks(schedule, 1_500, counted(450, 9))).toBe(true);
  });

  test('after one of the old kind, another batch has to show it', () => {
    const schedule = waiting();
    looks(schedule, 1_000, counted(0, 9));
    batch(schedule, 1_050, 1_250);
    expect(looks(schedule, 1_300, counted(6, 10))).toBe(false);
    expect(looks(schedule, 1_400, counted(9, 10))).toBe(false);
    batch(schedule, 1_350, 1_550);
    expect(looks(schedule, 1_600, counted(16, 10))).toBe(true);
  });

  test('is looked for from the arrival on, so that the answers of the grace can show it', () => {
    const visible = { ...changing, client: 'legacy' };
    const schedule = courseWith([unseen, visible], { counters: [counter('full')] });
    expect(isToReadEarly(schedule)).toBe(false);
    came(schedule, visible, 900);
    expect(reached(schedule, 1_000)).toBe('grace');
    expect(isToReadEarly(schedule)).toBe(true);
    schedule.readings.push({ at: APPLIED + 1_000, counts: counted(0, 9) });
    expect(isToReadEarly(schedule)).toBe(false);
    batch(schedule, 1_050, 1_450);
    expect(looks(schedule, 1_500, counted(7, 9))).toBe(true);
    const seen = courseWith([visible], { counters: [counter('full')] });
    came(seen, visible, 900);
    reached(seen, 1_000);
    expect(isToReadEarly(seen)).toBe(false);
  });

  test('is looked for once half of the others have arrived, too, in case that this is late enough', () => {
    const early = cell('legacy→full', '56', 'p');
    const late = cell('legacy→partial', '56', 'p');
    const third = cell('legacy→legacy', '56', 'p');
    const schedule = courseWith([unseen, early, late, third], { counters: [counter('full')] });
    came(schedule, early, 700);
    reached(schedule, 750);
    expect(isToReadEarly(schedule)).toBe(false);
    came(schedule, late, 800, 1, { kind: 'refused', curlExit: 56 });
    reached(schedule, 850);
    expect(isToReadEarly(schedule)).toBe(true);
    schedule.readings.push({ at: APPLIED + 860, counts: counted(0, 9) });
    expect(isToReadEarly(schedule)).toBe(false);
    came(schedule, third, 900, 1, { kind: 'refused', curlExit: 56 });
    reached(schedule, 950);
    expect(isToReadEarly(schedule)).toBe(true);
    schedule.readings.push({ at: APPLIED + 960, counts: counted(0, 10) });

    // The client has completed a batch only since the first of the two, and a connection of the old kind came after it.
    batch(schedule, 870, 1_000);
    expect(looks(schedule, 1_010, counted(7, 10))).toBe(false);
    batch(schedule, 1_000, 1_100);
    expect(looks(schedule, 1_110, counted(14, 10))).toBe(true);
  });

  test('is not shown by counters that could not be read', () => {
    const schedule = waiting();
    looks(
      schedule,
      1_000,
      new Map([[counterId(counter('full')), { code: 'server-port', pod: 'full/httpbin-0', curlExit: 28 }]]),
    );
    batch(schedule, 1_050, 1_250);
    expect(looks(schedule, 1_300, counted(6, 0))).toBe(false);
    batch(schedule, 1_350, 1_550);
    expect(looks(schedule, 1_600, counted(9, 0))).toBe(true);
  });
});

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
    const schedule = sampling(cells, { counters: [counter('full'), counter('partial')] });
    schedule.reading = { at: APPLIED + 2_000, counts: first };
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
    schedule.sampleFrom = APPLIED + 2_500;
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
