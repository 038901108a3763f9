import type { Counter, Reading } from './counters.ts';
import {
  advance,
  beginSample,
  type Course,
  courseOf,
  isIdle,
  isWaitingToSample,
  limitOf,
  partAt,
  plan,
  sampleIsOver,
  witnessAt,
} from './course.ts';
import { cell, convergence, identity } from './fixtures.ts';
import { record, type Tally } from './tally.ts';
import type { Asking, Cell, Sight } from './types.ts';

const APPLIED = 1_000_000;

const changing = cell('legacy→full', '56', 'p');
const other = cell('full→full', 'p', 'm');
const same = cell('legacy→legacy', 'p');

const counter = (server: string): Counter => ({
  ...{ server: `${server}/httpbin`, workload: 'full/0', pod: `${server}/httpbin-0`, url: `http://${server}:15090` },
});

function courseWith(cells: Cell[], changes: Partial<Asking> = {}): Course {
  const signal = new AbortController().signal;
  return courseOf({ cells, askers: new Map(), appliedAt: APPLIED, convergence, signal, ...changes });
}

const right: Record<string, Sight> = {
  'legacy→full': { kind: 'refused', curlExit: 56 },
  'full→full': { kind: 'plain' },
  'legacy→legacy': { kind: 'plain' },
};

/** Records right answers of a cell, or such a sight, as of the part of the step that there is at that time. */
function came(
  course: Course,
  of: Cell,
  at: number,
  times = 1,
  sight = right[of.id] ?? { kind: 'plain' as const },
): void {
  for (let nth = 0; nth < times; nth += 1) {
    const part = partAt(course, APPLIED + at);
    record(course.tallies.get(of) as Tally, of, { sight, atMs: at, part });
  }
}

/** Moves on at a time after the step was applied, and returns what has been reached. */
function reached(course: Course, ms: number): string {
  advance(course, APPLIED + ms);
  if (course.sampleFrom !== undefined) return 'sample';
  if (course.gracedAt !== undefined) return 'waiting for the counters';
  return course.arrivedAt === undefined ? 'arrival' : 'grace';
}

describe('the arrival', () => {
  test('is there once every pair that changes was seen changed', () => {
    const course = courseWith([changing, other, same]);
    came(course, same, 10, 99);
    expect(reached(course, 100)).toBe('arrival');
    came(course, changing, 110, 99);
    expect(reached(course, 200)).toBe('arrival');
    came(course, other, 210);
    expect(reached(course, 300)).toBe('grace');
    expect(course.arrivedAt).toBe(APPLIED + 300);
  });

  test('is not waited for longer than it may take', () => {
    const course = courseWith([changing, same]);
    expect(limitOf(course)).toBe(APPLIED + 20_000);
    expect(reached(course, 19_999)).toBe('arrival');
    // What has not come has left no connections of before.
    expect(reached(course, 20_000)).toBe('sample');
  });

  test('with no pair to show it, the time that it may take is waited for', () => {
    const course = courseWith([same]);
    came(course, same, 10, 99);
    expect(reached(course, 1_999)).toBe('arrival');
    expect(reached(course, 2_000)).toBe('sample');
  });

  test('with a pair to show it, no such time is', () => {
    const course = courseWith([changing]);
    came(course, changing, 10);
    expect(reached(course, 20)).toBe('grace');
  });
});

describe('the grace for pooled connections', () => {
  /** A course whose step arrived after a second. */
  function arrived(cells = [changing, other, same], changes: Partial<Asking> = {}) {
    const course = courseWith(cells, changes);
    for (const one of cells) came(course, one, 900, 30);
    expect(reached(course, 1_000)).toBe('grace');
    return course;
  }

  test('ends once every pair that changes has brought enough answers since, right or wrong', () => {
    const course = arrived();
    came(course, changing, 1_100, 21);
    came(course, other, 1_100, 20);
    expect(reached(course, 1_200)).toBe('grace');
    came(course, other, 1_250, 1, { kind: 'mtls', identity });
    expect(reached(course, 1_300)).toBe('sample');
    expect(course.gracedAt).toBe(APPLIED + 1_300);
  });

  test('does not end sooner by answers that could not be read', () => {
    const course = arrived([changing]);
    came(course, changing, 1_100, 99, { kind: 'unseen', why: 'curl exit 28' });
    expect(reached(course, 1_200)).toBe('grace');
  });

  test('is not waited for longer than it may take', () => {
    const course = arrived();
    expect(limitOf(course)).toBe(APPLIED + 1_000 + 5_000);
    expect(reached(course, 5_999)).toBe('grace');
    expect(reached(course, 6_000)).toBe('sample');
  });

  test('where sidecars are counted, the sample waits for their word, and for so long again', () => {
    const course = arrived([changing, other, same], { counters: [counter('full')] });
    for (const one of [changing, other]) came(course, one, 1_100, 21);
    expect(reached(course, 1_200)).toBe('waiting for the counters');
    expect(isWaitingToSample(course)).toBe(true);
    expect(limitOf(course)).toBe(APPLIED + 1_200 + 5_000);
    expect(reached(course, 6_199)).toBe('waiting for the counters');
    expect(reached(course, 6_200)).toBe('sample');
    expect(isWaitingToSample(course)).toBe(false);
  });

  test('nothing waits for the counters before the grace is over', () => {
    expect(isWaitingToSample(courseWith([changing]))).toBe(false);
    expect(isWaitingToSample(arrived())).toBe(false);
  });
});

describe('the part of the step to which a go belongs', () => {
  test('is told by when it was sent, not by when it came back', () => {
    const course = courseWith([changing]);
    expect(partAt(course, APPLIED)).toBe('arrival');
    came(course, changing, 900);
    reached(course, 1_000);
    expect([999, 1_000, 9_000].map((ms) => partAt(course, APPLIED + ms))).toEqual(['arrival', 'grace', 'grace']);
    beginSample(course, APPLIED + 2_000);
    expect([999, 1_000, 1_999, 2_000].map((ms) => partAt(course, APPLIED + ms))).toEqual([
      ...['arrival', 'grace', 'grace', 'sample'],
    ]);
  });
});

/** A course whose sample began two seconds after the step. */
function sampling(cells: Cell[], changes: Partial<Asking> = {}): Course {
  const course = courseWith(cells, changes);
  beginSample(course, APPLIED + 2_000);
  return course;
}

describe('a client’s sample is over', () => {
  const over = (course: Course, own: Cell[], ms = 3_000, heardMs = ms) => {
    course.heardAt.set('client', APPLIED + heardMs);
    return sampleIsOver(course, 'client', own, APPLIED + ms);
  };

  test('once each of its cells has as many answers as it wants', () => {
    const course = sampling([changing, same, other]);
    came(course, changing, 2_500, 90);
    came(course, same, 2_500, 20);
    expect(over(course, [changing, same])).toBe(false);
    came(course, same, 2_600);
    expect(over(course, [changing, same])).toBe(true);
    expect(over(course, [other])).toBe(false);
  });

  test('not by answers of before', () => {
    const course = sampling([same]);
    came(course, same, 1_900, 99);
    expect(over(course, [same])).toBe(false);
  });

  test('not before it has begun, whatever there is', () => {
    const course = courseWith([same]);
    came(course, same, 10, 99);
    expect(over(course, [same], 99_000)).toBe(false);
  });

  test('at the latest when its time is up', () => {
    const course = sampling([changing]);
    expect(limitOf(course)).toBe(APPLIED + 2_000 + 15_000);
    expect(over(course, [changing], 16_999)).toBe(false);
    expect(over(course, [changing], 17_000)).toBe(true);
  });

  test('where nothing that can be read has come for a while', () => {
    const course = sampling([changing]);
    expect(over(course, [changing], 6_999, 4_000)).toBe(false);
    expect(over(course, [changing], 7_000, 4_000)).toBe(true);
    expect(over(course, [changing], 4_999, 100)).toBe(false);
    expect(over(course, [changing], 5_000, 100)).toBe(true);
  });

  test('not by a wrong answer: how many are asked is set beforehand', () => {
    const course = sampling([changing]);
    came(course, changing, 2_500, 89, { kind: 'plain' });
    expect(over(course, [changing])).toBe(false);
  });

  test('later where chance might have missed an endpoint', () => {
    const mixed = { ...cell('full→partial', ['m', 'p']), answers: 7 };
    const course = sampling([mixed]);
    came(course, mixed, 2_500, 20);
    expect(over(course, [mixed])).toBe(false);
    came(course, mixed, 2_600);
    expect(over(course, [mixed])).toBe(true);
  });
});

describe('what a client asks next', () => {
  /** Such as `legacy ×2, full ×7`, without the controls at both ends; `!` asks at once. */
  function planned(course: Course, own: Cell[], { ms = 3_000, heard = true } = {}): Record<string, number> {
    const rounds = plan(course, own, { at: APPLIED + ms, heard });
    const counts: Record<string, number> = {};
    for (const { cells, atOnce } of rounds) {
      for (const { id } of cells)
        counts[atOnce ? `${id} at once` : id] = (counts[atOnce ? `${id} at once` : id] ?? 0) + 1;
    }
    return counts;
  }

  /** One that should answer stands at both ends of a go, too. */
  const CONTROLS = 2;

  test('until answers count, what changes, and little of what does not', () => {
    const course = courseWith([changing, same]);
    expect(planned(course, [changing, same])).toEqual({ 'legacy→full': 7, 'legacy→legacy': 1 + CONTROLS });
    came(course, changing, 900);
    reached(course, 1_000);
    expect(planned(course, [changing, same])).toEqual({ 'legacy→full': 21, 'legacy→legacy': 1 + CONTROLS });
  });

  test('where nothing changes, the same of each', () => {
    expect(planned(courseWith([same]), [same])).toEqual({ 'legacy→legacy': 7 + CONTROLS });
  });

  test('then what each still wants, but not all at a time', () => {
    const course = sampling([changing, same]);
    expect(planned(course, [changing, same])).toEqual({ 'legacy→full': 90, 'legacy→legacy': 21 + CONTROLS });
    came(course, changing, 2_500, 85);
    came(course, same, 2_500, 21);
    expect(planned(course, [changing, same])).toEqual({ 'legacy→full': 5, 'legacy→legacy': CONTROLS });
  });

  test('and more of one of whose endpoints chance might have missed one', () => {
    const mixed = { ...cell('full→partial', ['m', 'p']), answers: 7 };
    const course = sampling([mixed]);
    came(course, mixed, 2_500, 10);
    expect(planned(course, [mixed])).toEqual({ 'full→partial': 7 + CONTROLS });
  });

  test('little after a go that brought nothing, in every part', () => {
    for (const course of [courseWith([changing, same]), sampling([changing, same])]) {
      expect(planned(course, [changing, same], { heard: false })).toEqual({ 'legacy→full': 1, 'legacy→legacy': 1 });
    }
  });

  describe('at once', () => {
    const slow = cell('full→full', '503', 'm');
    const well = cell('full→legacy', 'p');

    test('what is expected to be unavailable to a client with a sidecar, once that has arrived', () => {
      const course = courseWith([slow, well]);
      expect(planned(course, [slow, well])).toEqual({ 'full→full': 1, 'full→legacy': 1 + CONTROLS });
      came(course, slow, 900, 1, { kind: 'unavailable' });
      reached(course, 1_000);
      expect(planned(course, [slow, well])).toEqual({ 'full→full at once': 21, 'full→legacy': 1 + CONTROLS });
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
      const course = sampling([slow, well]);
      came(course, slow, 2_500, 1, { kind: 'other', status: 200 });
      expect(planned(course, [slow, well])).toMatchObject({ 'full→full': 89 });
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
    const course = courseWith([changing, same, well]);
    expect(isIdle(course, 'full', [well])).toBe(true);
    expect(isIdle(course, 'legacy', [changing, same])).toBe(false);
    came(course, changing, 900, 21);
    reached(course, 1_000);
    expect(isIdle(course, 'full', [well])).toBe(true);
    expect(isIdle(sampling([changing, same, well]), 'full', [well])).toBe(false);
  });

  test('but not where nothing changes', () => {
    expect(isIdle(courseWith([same, well]), 'full', [well])).toBe(false);
  });

  test('nor where it is to read the counters', () => {
    const full = cell('full→full', 'p', 'm');
    const course = courseWith([full, same], { counters });
    expect(isIdle(course, 'legacy', [same])).toBe(true);
    came(course, full, 900, 1);
    reached(course, 1_000);
    came(course, full, 1_100, 21);
    reached(course, 1_200);
    expect(isWaitingToSample(course)).toBe(true);
    expect(isIdle(course, 'legacy', [same])).toBe(false);
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
      ['full/httpbin-0', { total, tls, active: 0, activeTls: 0 }],
      ['partial/httpbin-0', { ...partial, active: 0, activeTls: 0 }],
    ]);
  const bringing = (client: string, endedAt: number, full: number) => ({
    ...{ client, endedAt: APPLIED + endedAt, requests: new Map([['full/httpbin', full]]) },
  });

  /** The counters were asked two seconds after the step, and again when all was over. */
  function counted(first: Reading | undefined, last: Reading | undefined, goes: Course['goes'] = []): Course {
    const course = sampling(cells, { counters: [counter('full'), counter('partial')] });
    course.reading = { at: APPLIED + 2_000, counts: first };
    course.last = last;
    course.goes = goes;
    return course;
  }

  test('is what they counted between the two readings, each Service its own', () => {
    const course = counted(reading(10, 5), reading(11, 6, { total: 12, tls: 5 }));
    expect(witnessAt(course, 'full/httpbin')).toEqual({ kind: 'mtls', witness: { tls: true, plain: 0 } });
    expect(witnessAt(course, 'partial/httpbin')).toEqual({ kind: 'mtls', witness: { tls: false, plain: 2 } });
  });

  test('but for what clients without a sidecar brought to it meanwhile', () => {
    const course = counted(reading(10, 5), reading(41, 6), [
      bringing('legacy', 3_000, 10),
      bringing('legacy', 4_000, 15),
      // One that has a sidecar sends its own over connections that are counted.
      bringing('full', 3_000, 100),
    ]);
    expect(witnessAt(course, 'full/httpbin')?.witness).toEqual({ tls: true, plain: 5 });
    expect(witnessAt(course, 'partial/httpbin')?.witness).toEqual({ tls: true, plain: 30 });
  });

  test('a go that was over before the first reading was counted by it', () => {
    const went = (endedAt: number) =>
      witnessAt(counted(reading(10, 5), reading(21, 6), [bringing('legacy', endedAt, 10)]), 'full/httpbin')?.witness;
    expect(went(1_999)).toEqual({ tls: true, plain: 10 });
    expect(went(2_000)).toEqual({ tls: true, plain: 10 });
    expect(went(2_001)).toEqual({ tls: true, plain: 0 });
  });

  test('one that was under way may have come after it, though the sample had not begun', () => {
    const course = counted(reading(10, 5), reading(21, 6), [bringing('legacy', 2_100, 10)]);
    course.sampleFrom = APPLIED + 2_500;
    expect(witnessAt(course, 'full/httpbin')?.witness).toEqual({ tls: true, plain: 0 });
  });

  test('is unknown without one of the readings', () => {
    const unknown = { kind: 'mtls', witness: { unknown: 'the sidecar of full/httpbin-0 could not be asked' } };
    expect(witnessAt(counted(undefined, reading(1, 1)), 'full/httpbin')).toEqual(unknown);
    expect(witnessAt(counted(reading(1, 1), undefined), 'full/httpbin')).toEqual(unknown);
    expect(witnessAt(sampling(cells, { counters: [counter('full')] }), 'full/httpbin')).toEqual(unknown);
  });

  test('is unknown of a Service that should take mutual TLS and has no sidecar to ask', () => {
    expect(witnessAt(sampling(cells, { counters: [] }), 'full/httpbin')).toEqual({
      ...{ kind: 'mtls', witness: { unknown: 'no sidecar of the server could be asked what it counted' } },
    });
  });

  test('is nothing where no sidecar was to be asked, or no client with one asks', () => {
    expect(witnessAt(sampling(cells), 'full/httpbin')).toBeUndefined();
    expect(witnessAt(sampling([same], { counters: [counter('legacy')] }), 'legacy/httpbin')).toBeUndefined();
  });
});
