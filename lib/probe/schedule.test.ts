import { haveArrivedUnseen, isToReadEarly, witnessAt } from './counted.ts';
import { type Counter, counterId, type Reading } from './counters.ts';
import { cell, convergence, identity } from './fixtures.ts';
import { plan } from './plan.ts';
import {
  advance,
  beginSample,
  isAskedIn,
  isIdle,
  isWaitingToSample,
  limitOf,
  partAt,
  type Schedule,
  sampleIsOver,
  scheduleOf,
} from './schedule.ts';
import { record, type Tally } from './tally.ts';
import type { Asking, Cell, Observation } from './types.ts';

const APPLIED = 1_000_000;

const changing = cell('legacy→full', '56', 'p');
const other = cell('full→full', 'p', 'm');
const same = cell('legacy→legacy', 'p');

const counter = (server: string): Counter => ({
  ...{
    server: `${server}/httpbin`,
    workload: 'full/0',
    pod: `${server}/httpbin-0`,
    part: 8080,
    url: `http://${server}:15090`,
  },
});

function courseWith(cells: Cell[], changes: Partial<Asking> = {}): Schedule {
  const signal = new AbortController().signal;
  return scheduleOf({ cells, probeClients: new Map(), appliedAt: APPLIED, convergence, signal, ...changes });
}

const right: Record<string, Observation> = {
  'legacy→full': { kind: 'refused', curlExit: 56 },
  'full→full': { kind: 'plain' },
  'legacy→legacy': { kind: 'plain' },
};

/** Records right answers of a cell, or the given observation, in the part of the step at that time. */
function came(
  schedule: Schedule,
  of: Cell,
  at: number,
  times = 1,
  observation = right[of.id] ?? { kind: 'plain' as const },
): void {
  for (let nth = 0; nth < times; nth += 1) {
    const part = partAt(schedule, APPLIED + at);
    record(schedule.tallies.get(of) as Tally, of, { observation, atMs: at, part });
  }
}

/** Advances the schedule to `ms` milliseconds after the step was applied, and returns its part. */
function reached(schedule: Schedule, ms: number): string {
  advance(schedule, APPLIED + ms);
  if (schedule.sampleFrom !== undefined) return 'sample';
  if (schedule.gracedAt !== undefined) return 'waiting for the counters';
  return schedule.arrivedAt === undefined ? 'arrival' : 'grace';
}

describe('the arrival', () => {
  test('is there once every pair that changes was seen changed', () => {
    const schedule = courseWith([changing, other, same]);
    came(schedule, same, 10, 99);
    expect(reached(schedule, 100)).toBe('arrival');
    came(schedule, changing, 110, 99);
    expect(reached(schedule, 200)).toBe('arrival');
    came(schedule, other, 210);
    expect(reached(schedule, 300)).toBe('grace');
    expect(schedule.arrivedAt).toBe(APPLIED + 300);
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
    schedule.unseenSince = { at: APPLIED + 1_000, counts: counted(0, 9) };
    expect(isToReadEarly(schedule)).toBe(false);
    batch(schedule, 1_050, 1_450);
    expect(looks(schedule, 1_500, counted(7, 9))).toBe(true);
    const seen = courseWith([visible], { counters: [counter('full')] });
    came(seen, visible, 900);
    reached(seen, 1_000);
    expect(isToReadEarly(seen)).toBe(false);
  });

  test('is not shown by counters that could not be read', () => {
    const schedule = waiting();
    looks(schedule, 1_000, new Map([[counterId(counter('full')), 'curl exit 28']]));
    batch(schedule, 1_050, 1_250);
    expect(looks(schedule, 1_300, counted(6, 0))).toBe(false);
    batch(schedule, 1_350, 1_550);
    expect(looks(schedule, 1_600, counted(9, 0))).toBe(true);
  });
});

describe('the grace for pooled connections', () => {
  /** Returns a schedule whose step arrived after 1 s. */
  function arrived(cells = [changing, other, same], changes: Partial<Asking> = {}) {
    const schedule = courseWith(cells, changes);
    for (const one of cells) came(schedule, one, 900, 30);
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
    expect(schedule.gracedAt).toBe(APPLIED + 1_300);
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
    expect(reached(schedule, 1_900)).toBe('waiting for the counters');

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
    expect(reached(schedule, 1_200)).toBe('waiting for the counters');
    expect(isWaitingToSample(schedule)).toBe(true);
    expect(limitOf(schedule)).toBe(APPLIED + 1_200 + 5_000);
    expect(reached(schedule, 6_199)).toBe('waiting for the counters');
    expect(reached(schedule, 6_200)).toBe('sample');
    expect(isWaitingToSample(schedule)).toBe(false);
  });

  test('nothing waits for the counters before the grace is over', () => {
    expect(isWaitingToSample(courseWith([changing]))).toBe(false);
    expect(isWaitingToSample(arrived())).toBe(false);
  });
});

describe('the part of the step to which a batch belongs', () => {
  test('is told by when it was sent, not by when it came back', () => {
    const schedule = courseWith([changing]);
    expect(partAt(schedule, APPLIED)).toBe('arrival');
    came(schedule, changing, 900);
    reached(schedule, 1_000);
    expect([999, 1_000, 9_000].map((ms) => partAt(schedule, APPLIED + ms))).toEqual(['arrival', 'grace', 'grace']);
    beginSample(schedule, APPLIED + 2_000);
    expect([999, 1_000, 1_999, 2_000].map((ms) => partAt(schedule, APPLIED + ms))).toEqual([
      ...['arrival', 'grace', 'grace', 'sample'],
    ]);
  });
});

/** Returns a schedule whose sample began 2 s after the step. */
function sampling(cells: Cell[], changes: Partial<Asking> = {}): Schedule {
  const schedule = courseWith(cells, changes);
  beginSample(schedule, APPLIED + 2_000);
  return schedule;
}

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

describe('what a client asks next', () => {
  /** Returns the number of requests for each cell, controls included. Requests made at once have their own key. */
  function planned(schedule: Schedule, own: Cell[], { ms = 3_000, heard = true } = {}): Record<string, number> {
    const rounds = plan(schedule, own, { at: APPLIED + ms, heard });
    const counts: Record<string, number> = {};
    for (const { cells, atOnce } of rounds) {
      for (const { id } of cells)
        counts[atOnce ? `${id} at once` : id] = (counts[atOnce ? `${id} at once` : id] ?? 0) + 1;
    }
    return counts;
  }

  /** The additional requests of a control: one at each end of the batch. */
  const CONTROLS = 2;

  test('until answers count, what changes, and of what does not only controls', () => {
    const schedule = courseWith([changing, same]);
    expect(planned(schedule, [changing, same])).toEqual({ 'legacy→full': 7, 'legacy→legacy': CONTROLS });
    came(schedule, changing, 900);
    reached(schedule, 1_000);
    expect(planned(schedule, [changing, same])).toEqual({ 'legacy→full': 21, 'legacy→legacy': CONTROLS });
  });

  test('as many right answers at once as show the arrival, of a cell that could give them before', () => {
    const halved = cell('full→partial', 'm', ['m', 'p']);
    const schedule = courseWith([halved]);
    expect(planned(schedule, [halved])).toEqual({ 'full→partial': 7 + CONTROLS });
    came(schedule, halved, 900, 2, { kind: 'mtls', identity });
    // 2 and 18 are 20: the chance of so many from one of two endpoints is below 1e-6.
    expect(planned(schedule, [halved])).toEqual({ 'full→partial': 18 + CONTROLS });
    came(schedule, halved, 950, 1, { kind: 'plain' });
    expect(planned(schedule, [halved])).toEqual({ 'full→partial': 7 + CONTROLS });
  });

  test('so many at once that one of them was most likely impossible before, of a cell that could give the others', () => {
    const doubled = cell('full→partial', ['m', 'p'], 'p');
    const others = Array.from({ length: 19 }, (_, nth) => cell(`full→${nth}`, 'm', 'p'));
    const schedule = courseWith([doubled, ...others]);
    expect(planned(schedule, [doubled, ...others])['full→partial']).toBe(1 + CONTROLS);
    came(schedule, doubled, 900, 1, { kind: 'plain' });
    // The chance that five answers of two endpoints are all from the old one is 1 of 32.
    expect(planned(schedule, [doubled, ...others])['full→partial']).toBe(5 + CONTROLS);
  });

  test('where nothing changes, the same of each', () => {
    expect(planned(courseWith([same]), [same])).toEqual({ 'legacy→legacy': 7 + CONTROLS });
  });

  test('before it, little of many: a batch shows nothing until it ends', () => {
    const many = Array.from({ length: 24 }, (_, nth) => cell(`full→${nth}`, 'm', 'p'));
    expect(new Set(Object.values(planned(courseWith(many), many)))).toEqual(new Set([1, 1 + CONTROLS]));
    const some = many.slice(0, 6);
    expect(new Set(Object.values(planned(courseWith(some), some)))).toEqual(new Set([3, 3 + CONTROLS]));
  });

  test('after the arrival, enough to use up pooled connections, and few where a sidecar pools none', () => {
    const passedOn: Cell = { ...cell('full→tcp', '56', 'p'), protocol: 'tcp' };
    const schedule = courseWith([changing, passedOn]);
    for (const one of [changing, passedOn]) came(schedule, one, 900, 1, { kind: 'refused', curlExit: 56 });
    expect(reached(schedule, 1_000)).toBe('grace');
    expect(planned(schedule, [changing, passedOn])).toEqual({ 'legacy→full': 21, 'full→tcp': 7 });
    came(schedule, changing, 1_900, 21);
    expect(reached(schedule, 2_000)).toBe('sample');
  });

  test('after the arrival, few of a client whose sidecar has a single worker, and so one pool', () => {
    const one: Cell = { ...cell('full→full', 'p', '56'), oneWorker: true };
    const schedule = courseWith([one]);
    came(schedule, one, 900);
    expect(reached(schedule, 1_000)).toBe('grace');
    expect(planned(schedule, [one])).toEqual({ 'full→full': 4 + CONTROLS });
    came(schedule, one, 1_900, 3);
    expect(reached(schedule, 2_000)).toBe('grace');
    came(schedule, one, 2_100, 1);
    expect(reached(schedule, 2_200)).toBe('sample');
  });

  test('then what each still wants, but not all at a time', () => {
    const schedule = sampling([changing, same]);
    expect(planned(schedule, [changing, same])).toEqual({ 'legacy→full': 90, 'legacy→legacy': 21 + CONTROLS });
    came(schedule, changing, 2_500, 85);
    came(schedule, same, 2_500, 21);
    expect(planned(schedule, [changing, same])).toEqual({ 'legacy→full': 5, 'legacy→legacy': CONTROLS });
  });

  test('and more of one of whose endpoints chance might have missed one', () => {
    const mixed = { ...cell('full→partial', ['m', 'p']), answers: 7 };
    const schedule = sampling([mixed]);
    came(schedule, mixed, 2_500, 10);
    expect(planned(schedule, [mixed])).toEqual({ 'full→partial': 11 + CONTROLS });
  });

  test('little after a batch that brought nothing, in every part', () => {
    for (const schedule of [courseWith([changing, same]), sampling([changing, same])]) {
      expect(planned(schedule, [changing, same], { heard: false })).toEqual({ 'legacy→full': 1, 'legacy→legacy': 2 });
    }
  });

  test('in it, too, refusals are between answers: without them, none could be read', () => {
    const beside = cell('legacy→partial', 'p');
    const batch = (cells: Cell[]) =>
      plan(sampling(cells), cells, { at: APPLIED + 2_500, heard: false }).flatMap((round) =>
        round.cells.map(({ id }) => id),
      );
    expect(batch([changing, same])).toEqual(['legacy→legacy', 'legacy→full', 'legacy→legacy']);
    expect(batch([changing, same, beside])).toEqual(['legacy→legacy', 'legacy→full', 'legacy→partial']);
    expect(batch([changing])).toEqual(['legacy→full']);
  });

  test('one of a pair whose last answer could not be read: if it times out, more would cost the others their answers', () => {
    const timeout = { kind: 'not-observed', why: 'curl exit 28' } as const;
    for (const schedule of [courseWith([changing, same]), sampling([changing, same])]) {
      came(schedule, changing, 900, 1, timeout);
      expect(planned(schedule, [changing, same])['legacy→full']).toBe(1);
      came(schedule, changing, 950);
      expect(planned(schedule, [changing, same])['legacy→full']).toBeGreaterThan(1);
    }
  });

  describe('at once', () => {
    const slow = cell('full→full', '503', 'm');
    const well = cell('full→legacy', 'p');

    test('what is expected to be unavailable to a client with a sidecar, once that has arrived', () => {
      const schedule = courseWith([slow, well]);
      expect(planned(schedule, [slow, well])).toEqual({ 'full→full': 1, 'full→legacy': CONTROLS });
      came(schedule, slow, 900, 1, { kind: 'unavailable' });
      reached(schedule, 1_000);
      expect(planned(schedule, [slow, well])).toEqual({ 'full→full at once': 21, 'full→legacy': CONTROLS });
      expect(planned(sampling([slow, well]), [slow, well])).toEqual({
        ...{ 'full→full at once': 90, 'full→legacy': 21 + CONTROLS },
      });
    });

    test('not what a client without a sidecar asks, nor what may answer otherwise', () => {
      for (const one of [cell('legacy→full', '503'), cell('full→full', ['503', 'p']), cell('full→full', '56')]) {
        const atOnce = Object.keys(planned(sampling([one, well]), [one, well])).filter((id) => id.endsWith('at once'));
        expect(atOnce).toEqual([]);
      }
    });

    test('no more once an answer was wrong, so that its body is there to be read', () => {
      const schedule = sampling([slow, well]);
      came(schedule, slow, 2_500, 1, { kind: 'other', status: 200 });
      expect(planned(schedule, [slow, well])).toMatchObject({ 'full→full': 89 });
      const early = sampling([slow, well]);
      came(early, slow, 1_500, 1, { kind: 'other', status: 200 });
      expect(planned(early, [slow, well])).toMatchObject({ 'full→full at once': 90 });
    });
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
    reached(schedule, 1_200);
    expect(isWaitingToSample(schedule)).toBe(true);
    expect(isIdle(schedule, 'legacy', [same])).toBe(false);
  });
});

describe('where nobody watches for more wrong answers, a client waits', () => {
  const hasty = { ...convergence, quiet: 0 };
  const full = cell('full→full', 'p', 'm');

  test('once it has seen its own pairs changed, until all have been', () => {
    const schedule = courseWith([changing, full], { convergence: hasty });
    came(schedule, full, 900);
    expect(isIdle(schedule, 'full', [full])).toBe(true);
    expect(isIdle(schedule, 'legacy', [changing])).toBe(false);
    expect(isIdle(courseWith([changing, full]), 'full', [full])).toBe(false);
  });

  test('with the answers that use up old connections; more are needed only if the counters still show some', () => {
    const schedule = courseWith([full, same], { convergence: hasty, counters: [counter('full')] });
    const stale = { ...full, stale: true };
    schedule.tallies.set(stale, schedule.tallies.get(full) as Tally);
    came(schedule, full, 900);
    expect(reached(schedule, 1_000)).toBe('grace');
    expect(isIdle(schedule, 'full', [stale])).toBe(false);
    came(schedule, full, 1_100, hasty.graceAnswers);
    expect(isIdle(schedule, 'full', [stale])).toBe(true);
    schedule.reading = { at: APPLIED + 1_200, counts: undefined };
    expect(isIdle(schedule, 'full', [stale])).toBe(false);
  });

  test('until one pair was seen changed, which nobody but its client asks, and only that one', () => {
    const [slow, other] = [cell('full→slow', '503', 'p'), cell('full→other', 'p', 'm')];
    const schedule = courseWith([slow, full, other, changing], { convergence: hasty });
    expect(isIdle(schedule, 'legacy', [changing])).toBe(true);
    expect(isIdle(schedule, 'full', [slow, full, other])).toBe(false);
    expect([slow, full, other].map((one) => isAskedIn(schedule, 'arrival', one))).toEqual([false, true, false]);
    came(schedule, full, 900);
    reached(schedule, 950);
    expect(isIdle(schedule, 'legacy', [changing])).toBe(false);
    expect([slow, full, other].map((one) => isAskedIn(schedule, 'arrival', one))).toEqual([true, false, true]);
  });

  test('and a step that was slow to arrive is not watched for as long again', () => {
    const schedule = courseWith([changing], { convergence: hasty });
    came(schedule, changing, 900, 1, { kind: 'plain' });
    came(schedule, changing, 950);
    expect(reached(schedule, 1_000)).toBe('grace');
    came(schedule, changing, 1_100, hasty.graceAnswers);
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
    const unknown = { kind: 'mtls', witness: { unknown: 'the sidecar of full/httpbin-0 could not be asked' } };
    expect(witnessAt(counted(undefined, reading(1, 1)), 'full/httpbin')).toMatchObject(unknown);
    expect(witnessAt(counted(reading(1, 1), undefined), 'full/httpbin')).toMatchObject(unknown);
    expect(witnessAt(sampling(cells, { counters: [counter('full')] }), 'full/httpbin')).toMatchObject(unknown);
  });

  test('is unknown of a Service that should take mutual TLS and has no sidecar to ask', () => {
    expect(witnessAt(sampling(cells, { counters: [] }), 'full/httpbin')).toMatchObject({
      ...{ kind: 'mtls', witness: { unknown: 'no sidecar of the server could be asked what it counted' } },
    });
  });

  test('is nothing where no sidecar was to be asked, or no client with one asks', () => {
    expect(witnessAt(sampling(cells), 'full/httpbin')).toBeUndefined();
    expect(witnessAt(sampling([same], { counters: [counter('legacy')] }), 'legacy/httpbin')).toBeUndefined();
  });
});
