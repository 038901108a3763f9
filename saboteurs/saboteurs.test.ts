import { suites } from '../suites/index.ts';
import { everyPair } from './cells.ts';
import { saboteurs } from './index.ts';

test('each saboteur has a name of its own, as --only takes it', () => {
  const names = saboteurs.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name))).toEqual([]);
});

test('each is aimed at a step that exists', () => {
  const steps = suites.flatMap(({ name, steps }) => steps.map(({ title }) => `${name} › ${title}`));
  expect(saboteurs.map(({ suite, step }) => `${suite} › ${step}`).filter((aim) => !steps.includes(aim))).toEqual([]);
});

test('what must turn is a pair, a check of set-up, or the start of a run, and no more than once', () => {
  const checks = suites.flatMap(({ steps }) => steps.flatMap((step) => (step.kind === 'check' ? [step.check] : [])));
  const known = [...everyPair, ...checks, 'start'];
  for (const { turns } of saboteurs) {
    const all = turns.flatMap(({ of }) => of);
    expect(all.filter((one) => !known.includes(one))).toEqual([]);
    expect(new Set(all).size).toBe(all.length);
  }
});
