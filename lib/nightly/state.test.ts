import { isSame, stateOf } from './state.ts';
import type { Trouble } from './types.ts';

const trouble = (legs: string[], place: string, changes: Partial<Trouble> = {}): Trouble => ({
  ...{ legs, kind: 'fails', place, why: 'so', required: true, ...changes },
});
const summary = (troubles: Trouble[], untold: string[] = []) => ({
  troubles,
  untold: untold.map((istio) => ({ istio, why: 'it brought no results' })),
  exitCode: 1 as const,
});
const a = trouble(['1.31'], 'a');
const b = trouble(['1.31'], 'b');
const state = (...troubles: Trouble[]) => stateOf(summary(troubles), {});

test('a state has an entry for each leg, and each pair of releases, with something required that is wrong', () => {
  expect(Object.keys(state(a, b, trouble(['1.30', '1.31'], 'a'), trouble(['1.12'], 'a', { required: false })))).toEqual(
    ['1.31', '1.30 → 1.31'],
  );
});

test('it is the same for the same troubles, in whatever order and words', () => {
  expect(isSame(state(a, b), state(b, { ...a, why: 'otherwise' }))).toBe(true);
  expect(isSame(state(a, trouble(['1.30'], 'a')), state(trouble(['1.30'], 'a'), a))).toBe(true);
});

test.each([
  ['one more', state(a), state(a, b)],
  ['another', state(a), state(b)],
  ['one of another leg', state(a), state(trouble(['1.30'], 'a'))],
  ['one more leg', state(a), state(a, trouble(['1.30'], 'a'))],
  ['one leg less', state(a, trouble(['1.30'], 'a')), state(a)],
  ['another kind of it', state(a), state({ ...a, kind: 'changed' })],
])('it is not the same with %s', (_, one, other) => expect(isSame(one, other)).toBe(false));

test('what was known of a leg stands while it cannot tell, and no longer', () => {
  const before = state(a, trouble(['1.30'], 'a'), trouble(['1.29', '1.30'], 'a'));
  expect(stateOf(summary([a], ['1.30']), before)).toEqual(before);
  expect(stateOf(summary([a]), before)).toEqual(state(a));
  expect(stateOf(summary([b], ['1.31']), before)).toEqual(state(b));
});

test('its digests are short, so that a state of many troubles has room in an issue', () => {
  const many = Array.from({ length: 1_000 }, (_, index) => trouble(['1.31'], `place ${index}`));
  expect(JSON.stringify(state(...many)).length).toBeLessThan(40);
});
