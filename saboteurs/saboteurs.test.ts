import { named, pairWords } from '../lib/results/place.ts';
import { scenariosOf } from '../lib/scenario/scenario.ts';
import { keyOf } from '../lib/scenario/traffic.ts';
import { suites } from '../suites/index.ts';
import { saboteurs } from './index.ts';

/** Returns the pairs that a step asks, as prove names them. */
function pairsOf(suiteName: string, title: string): string[] {
  const steps = suites.filter(({ name }) => name === suiteName).flatMap(scenariosOf);
  return steps
    .filter((step) => step.title === title)
    .flatMap(({ traffic }) => named(traffic.map(keyOf)).map(pairWords));
}

test('each saboteur has a name of its own, as --saboteur takes it', () => {
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
  for (const { turns, suite, step } of saboteurs) {
    const known = [...pairsOf(suite, step), ...checks, 'start'];
    const all = turns.flatMap(({ of }) => of);
    expect(all.filter((one) => !known.includes(one))).toEqual([]);
    expect(new Set(all).size).toBe(all.length);
  }
});
