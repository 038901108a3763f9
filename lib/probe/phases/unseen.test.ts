import { counterId } from '../../verdict/judge/sidecars/counters.ts';
import type { Reading } from '../../verdict/record/asked.ts';
import { cell } from '../fixtures.ts';
import type { Schedule } from '../schedule.ts';
import { APPLIED, came, changing, counter, courseWith, reached, same } from '../schedule-fixtures.ts';
import type { Cell } from '../types.ts';
import type { ArrivalPhase, ConnectionsPhase, PhaseReading } from './phase.ts';
import { sparing } from './strategy.ts';
import { haveArrivedUnseen, isToReadEarly } from './unseen.ts';

describe('a change that only counters show', () => {
  const unseen: Cell = { ...cell('full→full', 'm', 'p'), protocol: 'tcp' };
  /** The counters after so many connections with TLS and without. */
  const counted = (tls: number, plain: number): Reading => ({
    [counterId(counter('full'))]: { total: tls + plain, tls, active: 0, activeTls: 0 },
  });
  const waiting = (): Schedule => courseWith([unseen, same], { counters: [counter('full')] });
  const batch = (schedule: Schedule, from: number, to: number): void => {
    schedule.asked.batches.push({ client: 'full', part: 'arrival', sentMs: from, endedMs: to, rounds: [] });
  };
  const reads = (schedule: Schedule, ms: number, counts: Reading): PhaseReading => {
    const reading = { at: APPLIED + ms, counts };
    (schedule.phase as ArrivalPhase).readings.push(reading);
    return reading;
  };
  /** Returns whether a reading in the phase that waits for the counters shows it. */
  const looks = (schedule: Schedule, ms: number, counts: Reading): boolean => {
    const reading = reads(schedule, ms, counts);
    const { readings } = schedule.phase as ArrivalPhase;
    const phase: ConnectionsPhase = { name: 'connections', gracedAt: APPLIED, readings, reading };
    schedule.phase = phase;
    return haveArrivedUnseen(schedule, phase);
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
    reads(schedule, 1_000, counted(0, 9));
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
    reads(schedule, 860, counted(0, 9));
    expect(isToReadEarly(schedule)).toBe(false);
    came(schedule, third, 900, 1, { kind: 'refused', curlExit: 56 });
    reached(schedule, 950);
    expect(isToReadEarly(schedule)).toBe(true);
    reads(schedule, 960, counted(0, 10));

    // The client has completed a batch only since the first of the two, and a connection of the old kind came after it.
    batch(schedule, 870, 1_000);
    expect(looks(schedule, 1_010, counted(7, 10))).toBe(false);
    batch(schedule, 1_000, 1_100);
    expect(looks(schedule, 1_110, counted(14, 10))).toBe(true);
  });

  test('is not looked for before the arrival with a sparing strategy, which leaves the mesh more time', () => {
    const others = ['full', 'partial', 'legacy'].map((server) => cell(`legacy→${server}`, '56', 'p'));
    const schedule = courseWith([unseen, ...others], { strategy: sparing, counters: [counter('full')] });
    for (const one of others.slice(1)) came(schedule, one, 800, 1, { kind: 'refused', curlExit: 56 });
    expect(reached(schedule, 850)).toBe('arrival');
    expect(isToReadEarly(schedule)).toBe(false);
    came(schedule, others[0] as Cell, 900, 1, { kind: 'refused', curlExit: 56 });
    expect(reached(schedule, 950)).toBe('grace');
    expect(isToReadEarly(schedule)).toBe(true);
  });

  test('is not shown by counters that could not be read', () => {
    const schedule = waiting();
    looks(schedule, 1_000, {
      [counterId(counter('full'))]: { code: 'server-port', pod: 'full/httpbin-0', curlExit: 28 },
    });
    batch(schedule, 1_050, 1_250);
    expect(looks(schedule, 1_300, counted(6, 0))).toBe(false);
    batch(schedule, 1_350, 1_550);
    expect(looks(schedule, 1_600, counted(9, 0))).toBe(true);
  });

  test('is not shown by a batch that was lost', () => {
    const schedule = waiting();
    looks(schedule, 1_000, counted(0, 9));
    schedule.asked.batches.push({
      client: 'full',
      part: 'arrival',
      sentMs: 1_050,
      knownMs: 1_250,
      because: { code: 'client-lost', error: 'the shell was lost' },
      isUnreadable: false,
      asked: [0],
    });
    expect(looks(schedule, 1_300, counted(6, 9))).toBe(false);
    batch(schedule, 1_350, 1_550);
    expect(looks(schedule, 1_600, counted(9, 9))).toBe(true);
  });
});
