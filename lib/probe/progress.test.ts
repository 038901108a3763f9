import { defaultLimits as convergence } from '../platform/limits.ts';
import { cell, identity } from './fixtures.ts';
import { isAsked, limitOf } from './phases/index.ts';
import type { ConnectionsPhase } from './phases/phase.ts';
import { sampleIsOver } from './phases/sample.ts';
import { sparing } from './phases/strategy.ts';
import { plan } from './plan.ts';
import { isIdle } from './progress.ts';
import { phaseAt, type Schedule, sampleOf } from './schedule.ts';
import { APPLIED, came, changing, counter, courseWith, other, reached, same, sampling } from './schedule-fixtures.ts';
import type { Asking, Cell } from './types.ts';

describe('the arrival', () => {
  test('is there once every pair that changes was seen changed', () => {
    const schedule = courseWith([changing, other, same]);
    came(schedule, same, 10, 99);
    expect(reached(schedule, 100)).toBe('arrival');
    came(schedule, changing, 110, 99);
    expect(reached(schedule, 200)).toBe('arrival');
    came(schedule, other, 210);
    expect(reached(schedule, 300)).toBe('grace');
    expect(schedule.phase).toMatchObject({ arrivedAt: APPLIED + 300 });
  });

  test('is not waited for longer than it may take', () => {
    const schedule = courseWith([changing, same]);
    expect(limitOf(schedule)).toBe(APPLIED + 20_000);
    expect(reached(schedule, 19_999)).toBe('arrival');
    // If the step has not arrived, there are no old connections to wait for.
    expect(reached(schedule, 20_000)).toBe('sample');
  });

  test('with no pair to show it, the time that it may take is waited for', () => {
    const schedule = courseWith([same]);
    came(schedule, same, 10, 99);
    expect(reached(schedule, 1_999)).toBe('arrival');
    expect(reached(schedule, 2_000)).toBe('sample');
  });

  test('with a pair to show it, no such time is', () => {
    const schedule = courseWith([changing]);
    came(schedule, changing, 10);
    expect(reached(schedule, 20)).toBe('grace');
  });
});

describe('the grace for pooled connections', () => {
  /** Returns a schedule whose step arrived after 1 s. */
  function arrived(cells = [changing, other, same], changes: Partial<Asking> = {}) {
    const schedule = courseWith(cells, changes);
    for (const one of cells) came(schedule, one, 400);
    expect(reached(schedule, 1_000)).toBe('grace');
    return schedule;
  }

  test('ends once every pair that changes has brought enough answers since', () => {
    const schedule = arrived();
    came(schedule, changing, 1_100, 21);
    came(schedule, other, 1_100, 20);
    expect(reached(schedule, 1_200)).toBe('grace');
    came(schedule, other, 1_250, 1);
    expect(reached(schedule, 1_300)).toBe('sample');
    expect(sampleOf(schedule)).toEqual({ name: 'sample', from: APPLIED + 1_300, reading: undefined });
  });

  test('a pair that was last asked under other rules has it, too, though the step does not change it', () => {
    const stale = { ...same, stale: true };
    const schedule = courseWith([changing, stale]);
    expect(isIdle(schedule, stale.client, [stale])).toBe(true);
    came(schedule, changing, 900, 30);
    expect(reached(schedule, 1_000)).toBe('grace');
    expect(isIdle(schedule, stale.client, [stale])).toBe(false);
    const [round] = plan(schedule, [stale], { at: APPLIED + 1_050, heard: true });
    expect(round?.cells.length).toBeGreaterThanOrEqual(21);
    came(schedule, changing, 1_100, 21);
    expect(reached(schedule, 2_000)).toBe('grace');
    came(schedule, stale, 2_100, 21);
    expect(reached(schedule, 2_200)).toBe('sample');
  });

  test('takes few answers of a pair for which counters show by themselves what is still open', () => {
    const counters = [counter('full')];
    const schedule = courseWith([changing, other, same], { counters });
    for (const one of [changing, other]) came(schedule, one, 900);
    expect(reached(schedule, 1_000)).toBe('grace');
    // A client without a sidecar is not among those whose connections they tell apart.
    came(schedule, changing, 1_100, 21);
    expect(reached(schedule, 1_900)).toBe('connections');

    const stale = courseWith([changing, { ...other, stale: true }], { counters });
    for (const one of stale.tallies.keys()) came(stale, one, 900);
    expect(reached(stale, 1_000)).toBe('grace');
    for (const one of stale.tallies.keys()) came(stale, one, 1_100, one.sidecar ? 20 : 21);
    expect(reached(stale, 1_900)).toBe('grace');

    // If some should use TLS and others should not, counters do not show whose connections are open.
    const mixed = courseWith([other, cell('partial→full', 'm', 'p')], { counters });
    for (const one of mixed.tallies.keys())
      came(mixed, one, 900, 1, one === other ? { kind: 'plain' } : { kind: 'mtls', identity });
    expect(reached(mixed, 1_000)).toBe('grace');
    expect(reached(mixed, 1_900)).toBe('grace');
  });

  test('ends only once no answer has been wrong for as long as it took the step to get there', () => {
    const schedule = arrived();
    came(schedule, changing, 1_100, 21);
    came(schedule, other, 1_250, 21, { kind: 'mtls', identity });
    expect(reached(schedule, 2_499)).toBe('grace');
    expect(reached(schedule, 2_500)).toBe('sample');
  });

  test('of a step whose first answer was right, that is how long it took at most', () => {
    const schedule = courseWith([changing]);
    came(schedule, changing, 900, 22);
    expect(reached(schedule, 1_000)).toBe('grace');
    expect(reached(schedule, 1_799)).toBe('grace');
    expect(reached(schedule, 1_800)).toBe('sample');
  });

  test('counts the answers of a pair since its own change was seen, though others lag behind', () => {
    const schedule = courseWith([changing, other]);
    came(schedule, changing, 100, 22);
    came(schedule, other, 500);
    expect(reached(schedule, 600)).toBe('grace');
    came(schedule, other, 650, 21);
    expect(reached(schedule, 1_000)).toBe('sample');
  });

  test('but not those before another wrong one', () => {
    const schedule = courseWith([changing, other]);
    came(schedule, changing, 100, 22);
    came(schedule, changing, 150, 1, { kind: 'plain' });
    came(schedule, other, 500);
    expect(reached(schedule, 600)).toBe('grace');
    came(schedule, other, 650, 21);
    expect(reached(schedule, 1_000)).toBe('grace');
    came(schedule, changing, 1_050, 21);
    expect(reached(schedule, 1_100)).toBe('sample');
  });

  test('does not wait for a mesh that stays wrong now and then', () => {
    const schedule = arrived();
    for (const atMs of [1_100, 3_000, 5_000]) came(schedule, changing, atMs, 21, { kind: 'unavailable' });
    came(schedule, other, 1_100, 21);
    expect(reached(schedule, 5_999)).toBe('grace');
    expect(reached(schedule, 6_000)).toBe('sample');
  });

  test('does not end sooner by answers that could not be read', () => {
    const schedule = arrived([changing]);
    came(schedule, changing, 1_100, 99, { kind: 'not-observed', why: 'curl exit 28' });
    expect(reached(schedule, 1_200)).toBe('grace');
  });

  test('is not waited for longer than it may take', () => {
    const schedule = arrived();
    expect(limitOf(schedule)).toBe(APPLIED + 1_000 + 5_000);
    expect(reached(schedule, 5_999)).toBe('grace');
    expect(reached(schedule, 6_000)).toBe('sample');
  });

  test('where sidecars are counted, the sample waits for their word, and for so long again', () => {
    const schedule = arrived([changing, other, same], { counters: [counter('full')] });
    for (const one of [changing, other]) came(schedule, one, 1_100, 21);
    expect(reached(schedule, 1_200)).toBe('connections');
    expect(limitOf(schedule)).toBe(APPLIED + 1_200 + 5_000);
    expect(reached(schedule, 6_199)).toBe('connections');
    expect(reached(schedule, 6_200)).toBe('sample');
  });
});

describe('the part of the step to which a batch belongs', () => {
  test('is told by when it was sent, not by when it came back', () => {
    const schedule = courseWith([changing]);
    expect(phaseAt(schedule, APPLIED)).toBe('arrival');
    came(schedule, changing, 900);
    reached(schedule, 1_000);
    expect(phaseAt(schedule, APPLIED + 1_000)).toBe('grace');
    schedule.phase = { name: 'sample', from: APPLIED + 2_000, reading: undefined };
    expect([1_999, 2_000].map((ms) => phaseAt(schedule, APPLIED + ms))).toEqual(['grace', 'sample']);
  });
});

describe('a client’s sample is over', () => {
  const over = (schedule: Schedule, own: Cell[], ms = 3_000, heardMs = ms) => {
    schedule.heardAt.set('client', APPLIED + heardMs);
    return sampleIsOver(schedule, 'client', own, APPLIED + ms);
  };

  test('once each of its cells has as many answers as it wants', () => {
    const schedule = sampling([changing, same, other]);
    came(schedule, changing, 2_500, 90);
    came(schedule, same, 2_500, 20);
    expect(over(schedule, [changing, same])).toBe(false);
    came(schedule, same, 2_600);
    expect(over(schedule, [changing, same])).toBe(true);
    expect(over(schedule, [other])).toBe(false);
  });

  test('not by answers of before', () => {
    const schedule = sampling([same]);
    came(schedule, same, 1_900, 99);
    expect(over(schedule, [same])).toBe(false);
  });

  test('not before it has begun, whatever there is', () => {
    const schedule = courseWith([same]);
    came(schedule, same, 10, 99);
    expect(over(schedule, [same], 99_000)).toBe(false);
  });

  test('at the latest when its time is up', () => {
    const schedule = sampling([changing]);
    expect(limitOf(schedule)).toBe(APPLIED + 2_000 + 30_000);
    expect(over(schedule, [changing], 31_999)).toBe(false);
    expect(over(schedule, [changing], 32_000)).toBe(true);
  });

  test('where nothing that can be read has come for a while', () => {
    const schedule = sampling([changing]);
    expect(over(schedule, [changing], 6_999, 4_000)).toBe(false);
    expect(over(schedule, [changing], 7_000, 4_000)).toBe(true);
    expect(over(schedule, [changing], 4_999, 100)).toBe(false);
    expect(over(schedule, [changing], 5_000, 100)).toBe(true);
  });

  test('not by a wrong answer: how many are asked is set beforehand', () => {
    const schedule = sampling([changing]);
    came(schedule, changing, 2_500, 89, { kind: 'plain' });
    expect(over(schedule, [changing])).toBe(false);
  });

  test('later where chance might have missed an endpoint', () => {
    const mixed = { ...cell('full→partial', ['m', 'p']), answers: 7 };
    const schedule = sampling([mixed]);
    came(schedule, mixed, 2_500, 20);
    expect(over(schedule, [mixed])).toBe(false);
    came(schedule, mixed, 2_600);
    expect(over(schedule, [mixed])).toBe(true);
  });
});

describe('a client has nothing to ask as yet', () => {
  const well = cell('full→legacy', 'p');
  const counters = [counter('full')];

  test('while others show the arrival, and until answers count', () => {
    const schedule = courseWith([changing, same, well]);
    expect(isIdle(schedule, 'full', [well])).toBe(true);
    expect(isIdle(schedule, 'legacy', [changing, same])).toBe(false);
    came(schedule, changing, 900, 21);
    reached(schedule, 1_000);
    expect(isIdle(schedule, 'full', [well])).toBe(true);
    expect(isIdle(sampling([changing, same, well]), 'full', [well])).toBe(false);
  });

  test('but not where nothing changes', () => {
    expect(isIdle(courseWith([same, well]), 'full', [well])).toBe(false);
  });

  test('nor where it is to read the counters', () => {
    const full = cell('full→full', 'p', 'm');
    const schedule = courseWith([full, same], { counters });
    expect(isIdle(schedule, 'legacy', [same])).toBe(true);
    came(schedule, full, 900, 1);
    reached(schedule, 1_000);
    came(schedule, full, 1_100, 21);
    expect(reached(schedule, 1_900)).toBe('connections');
    expect(isIdle(schedule, 'legacy', [same])).toBe(false);
  });
});

describe('with a sparing strategy, a client waits', () => {
  const strategy = sparing;
  const full = cell('full→full', 'p', 'm');

  test('and answers use up what is pooled only once all pairs have changed', () => {
    const schedule = courseWith([changing, other], { strategy });
    came(schedule, changing, 100, 22);
    came(schedule, other, 500);
    expect(reached(schedule, 600)).toBe('grace');
    came(schedule, other, 650, 21);
    expect(reached(schedule, 700)).toBe('grace');
    came(schedule, changing, 750, 21);
    expect(reached(schedule, 800)).toBe('sample');
  });

  test('once it has seen its own pairs changed, until all have been', () => {
    const schedule = courseWith([changing, full], { strategy });
    came(schedule, full, 900);
    reached(schedule, 950);
    expect(isIdle(schedule, 'full', [full])).toBe(true);
    expect(isIdle(schedule, 'legacy', [changing])).toBe(false);
    expect(isIdle(courseWith([changing, full]), 'full', [full])).toBe(false);
  });

  test('with the answers that use up old connections; more are needed only if the counters still show some', () => {
    const stale = { ...full, stale: true };
    const schedule = courseWith([stale, same], { strategy, counters: [counter('full')] });
    came(schedule, stale, 900);
    expect(reached(schedule, 1_000)).toBe('grace');
    expect(isIdle(schedule, 'full', [stale])).toBe(false);
    came(schedule, stale, 1_100, convergence.graceAnswers);
    expect(isIdle(schedule, 'full', [stale])).toBe(true);
    expect(reached(schedule, 1_150)).toBe('connections');
    expect(isIdle(schedule, 'full', [stale])).toBe(true);
    (schedule.phase as ConnectionsPhase).reading = { at: APPLIED + 1_200, counts: undefined };
    expect(isIdle(schedule, 'full', [stale])).toBe(false);
  });

  test('until one pair was seen changed, which nobody but its client asks, and only that one', () => {
    const [slow, other] = [cell('full→slow', '503', 'p'), cell('full→other', 'p', 'm')];
    const schedule = courseWith([slow, full, other, changing], { strategy });
    expect(isIdle(schedule, 'legacy', [changing])).toBe(true);
    expect(isIdle(schedule, 'full', [slow, full, other])).toBe(false);
    expect([slow, full, other].map((one) => isAsked(schedule, one))).toEqual([false, true, false]);
    came(schedule, full, 900);
    reached(schedule, 950);
    expect(isIdle(schedule, 'legacy', [changing])).toBe(false);
    expect([slow, full, other].map((one) => isAsked(schedule, one))).toEqual([true, false, true]);
  });

  describe('but not for a pair', () => {
    const old = { kind: 'mtls', identity } as const;
    const waits = (schedule: Schedule): boolean => isIdle(schedule, 'legacy', [changing, same]);

    test('that cannot be observed, since no server answers its client', () => {
      const alone = [cell('alone→x', '56', 'p'), cell('alone→y', '503', 'p')];
      const schedule = courseWith([...alone, changing, same], { strategy });
      expect(waits(schedule)).toBe(false);
      expect(isIdle(schedule, 'alone', alone)).toBe(true);
      expect(isIdle(courseWith(alone, { strategy }), 'alone', alone)).toBe(false);
    });

    test('whose answer could not be read', () => {
      const schedule = courseWith([full, changing, same], { strategy });
      came(schedule, full, 800, 1, { kind: 'not-observed', why: 'it timed out' });
      reached(schedule, 900);
      expect(waits(schedule)).toBe(false);
    });

    test('for longer than half of the time that the arrival may take', () => {
      const schedule = courseWith([full, changing, same], { strategy });
      came(schedule, full, 800, 1, old);
      reached(schedule, convergence.arrivalMs / 2 - 1);
      expect(waits(schedule)).toBe(true);
      reached(schedule, convergence.arrivalMs / 2);
      expect(waits(schedule)).toBe(false);
    });
  });

  test('and a step that was slow to arrive is not watched for as long again', () => {
    const schedule = courseWith([changing], { strategy });
    came(schedule, changing, 900, 1, { kind: 'plain' });
    came(schedule, changing, 950);
    expect(reached(schedule, 1_000)).toBe('grace');
    came(schedule, changing, 1_100, convergence.graceAnswers);
    expect(reached(schedule, 1_150)).toBe('sample');
  });
});

describe('the counters are read', () => {
  const full = cell('full→full', 'm');

  test('by a client without a sidecar, else by whoever there is', () => {
    const counters = [counter('full')];
    expect(courseWith([full, same], { counters }).reader).toBe('legacy');
    expect(courseWith([full], { counters }).reader).toBe('full');
  });

  test('by nobody where there are none', () => {
    expect(courseWith([full, same]).reader).toBeUndefined();
    expect(courseWith([full, same], { counters: [] }).reader).toBeUndefined();
  });
});
