import { jobOf, nightWith, passing } from './fixtures.ts';
import { isSame, stateOf } from './state.ts';
import type { Night, Regression } from './types.ts';

const regression = (jobs: string[], place: string, changes: Partial<Regression> = {}): Regression => ({
  jobs,
  kind: 'fails',
  place,
  why: 'so',
  required: true,
  ...changes,
});
const summary = (regressions: Regression[], inconclusive: string[] = []) => ({
  regressions,
  inconclusive: inconclusive.map((istio) => ({ istio, why: 'it has no results' })),
  exitCode: 1 as const,
});
const a = regression(['1.31'], 'strict › a');
const b = regression(['1.31'], 'strict › b');
const night = nightWith({ ...jobOf('1.31'), results: passing('1.31') }, { ...jobOf('1.30'), results: passing('1.30') });
const state = (...regressions: Regression[]) => stateOf(night, summary(regressions), {});

test('a state has an entry for each job, and each pair of releases, with something required that is wrong', () => {
  expect(
    Object.keys(state(a, b, regression(['1.30', '1.31'], 'setup › a'), regression(['1.12'], 'a', { required: false }))),
  ).toEqual(['1.31', '1.30 → 1.31']);
});

test('it is the same for the same regressions, in whatever order and words', () => {
  expect(isSame(state(a, b), state(b, { ...a, why: 'otherwise' }))).toBe(true);
  expect(isSame(state(a, regression(['1.30'], 'strict › a')), state(regression(['1.30'], 'strict › a'), a))).toBe(true);
});

test.each([
  ['one more', state(a), state(a, b)],
  ['another', state(a), state(b)],
  ['one of another job', state(a), state(regression(['1.30'], 'strict › a'))],
  ['one more job', state(a), state(a, regression(['1.30'], 'strict › a'))],
  ['one job less', state(a, regression(['1.30'], 'strict › a')), state(a)],
  ['another kind of it', state(a), state({ ...a, kind: 'changed' })],
])('it is not the same with %s', (_, one, other) => expect(isSame(one, other)).toBe(false));

test('what was known of a job stands while it cannot tell, and no longer', () => {
  const before = state(a, regression(['1.30'], 'strict › a'), regression(['1.29', '1.30'], 'strict › a'));
  expect(stateOf(night, summary([a], ['1.30']), before)).toEqual(before);
  expect(stateOf(night, summary([a]), before)).toEqual(state(a));
  expect(stateOf(night, summary([b], ['1.31']), before)).toEqual(state(b));
});

describe('what was known of a job stands while it is not asked the suites in which it was', () => {
  const before = state(a, regression(['1.30'], 'setup › a'), regression(['1.30', '1.31'], 'strict › a'));
  const without = (name: string, required = true): Night => {
    const results = passing('1.31');
    const suites = results.suites.map((suite) => (suite.name === name ? { ...suite, steps: [] } : suite));
    return nightWith(
      { ...jobOf('1.31', { required }), results: { ...results, suites } },
      { ...jobOf('1.30'), results: passing('1.30') },
    );
  };

  test('its own, and what it is one of', () => {
    expect(Object.keys(stateOf(without('strict'), summary([]), before))).toEqual(['1.31', '1.30 → 1.31']);
    expect(stateOf(without('setup'), summary([]), before)).toEqual({});
  });

  test('but not of what is no longer required, nor of what is run no more', () => {
    expect(stateOf(without('strict', false), summary([]), before)).toEqual({});
    const jobs = without('strict').jobs.filter(({ istio }) => istio !== '1.31');
    expect(stateOf(nightWith(...jobs), summary([]), before)).toEqual({});
  });

  test('a state of before there were suites in it, or one that somebody has edited, does not', () => {
    expect(stateOf(without('strict'), summary([]), { '1.31': '0123456789ab' })).toEqual({});
  });
});

test('its digests are short, so that a state of many regressions has room in an issue', () => {
  const many = Array.from({ length: 1_000 }, (_, index) => regression(['1.31'], `strict › place ${index}`));
  expect(JSON.stringify(state(...many)).length).toBeLessThan(40);
});
