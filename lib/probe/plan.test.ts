import { cell, identity } from './fixtures.ts';
import { plan } from './plan.ts';
import type { Schedule } from './schedule.ts';
import { APPLIED, came, changing, courseWith, reached, same, sampling } from './schedule-fixtures.ts';
import type { Cell } from './types.ts';

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

  test('of a pair that has arrived, some of these already while others lag behind', () => {
    const late = cell('legacy→partial', '56', 'p');
    const schedule = courseWith([changing, late, same]);
    came(schedule, changing, 300);
    expect(reached(schedule, 400)).toBe('arrival');
    expect(planned(schedule, [changing, late, same])).toMatchObject({ 'legacy→full': 7, 'legacy→partial': 6 });
    came(schedule, changing, 500, 21);
    expect(planned(schedule, [changing, late, same])).toMatchObject({ 'legacy→full': 6, 'legacy→partial': 6 });
  });

  test('after the arrival, all that it takes in one batch, however many pairs the client has beside', () => {
    const beside = Array.from({ length: 24 }, (_, nth) => cell(`legacy→${nth}`, 'p'));
    const schedule = courseWith([changing, ...beside]);
    came(schedule, changing, 900);
    reached(schedule, 1_000);
    expect(planned(schedule, [changing, ...beside])['legacy→full']).toBe(21);
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
        'full→full at once': 90,
        'full→legacy': 21 + CONTROLS,
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
