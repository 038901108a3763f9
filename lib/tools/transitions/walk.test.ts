import { type FakeApi, fakeApi } from '../../platform/kube/api-fixtures.ts';
import { configMap, learnedWith, runOn, servingObjects } from '../../run/fixtures.ts';
import { paths } from './paths.ts';
import { settingName } from './settings.ts';
import type { ExpectedSetting, Path, Setting } from './types.ts';
import { expected, type Ground, isRace } from './walk.ts';

let api: FakeApi;
let ground: Ground;
beforeAll(async () => {
  api = await fakeApi([configMap, ...servingObjects]);
  ground = { run: runOn(api), learned: learnedWith() };
});
afterAll(() => api.close());

const outcomes = (mode: Setting['mode'], rule: Setting['rule'] = 'none') => expected(ground, { mode, rule }).outcomes;

test('the model says what a setting does to the client', () => {
  expect(outcomes('none')).toEqual(['mtls']);
  expect(outcomes('DISABLE')).toEqual(['plain']);
  expect(outcomes('PERMISSIVE', 'DISABLE')).toEqual(['plain']);
  expect(outcomes('STRICT', 'DISABLE')).toEqual(['unavailable']);
  expect(outcomes('DISABLE', 'ISTIO_MUTUAL')).toEqual(['unavailable']);
});

/** Returns for each change on a path whether it is a race. */
function racesOf(path: string): boolean[] {
  const { settings } = paths.find(({ name }) => name === path) as Path;
  const all = settings.map((one) => expected(ground, one));
  return all.slice(1).map((after, at) => isRace(ground, all[at] as ExpectedSetting, after));
}

test.each([
  ['none:strict', [false]],
  ['disable:permissive', [true]],
  ['permissive:disable', [true]],
  ['disable:permissive:strict', [true, false]],
  ['permissive:permissive+disable', [false]],
  ['permissive+disable:strict', [true]],
  ['permissive+disable:permissive:strict', [false, false]],
  ['disable:disable+disable:permissive+disable:permissive:strict', [false, false, false, false]],
])('%s: whether the order in which the sidecars learn of a change matters: %p', (path, races) => {
  expect(racesOf(path)).toEqual(races);
});

test('to and from a setting that refuses there is no race: it refuses in any order', () => {
  expect(racesOf('permissive+disable:strict+disable:strict')).toEqual([false, false]);
  expect(settingName({ mode: 'STRICT', rule: 'DISABLE' })).toBe('strict+disable');
});
