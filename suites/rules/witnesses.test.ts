import { brief } from '../../lib/model/fixtures.ts';
import { type RuleId, rules } from '../../lib/model/rules/rules.ts';
import { formatRelease, isWithin, parseRelease, type Release } from '../../lib/model/world/release.ts';
import { newestRelease } from '../../lib/platform/istio/releases.ts';
import { askModel, witnesses } from './fixtures.ts';
import { notReachable } from './not-reachable.ts';
import { nameWitnesses, strangerSteps, strangerWitnesses } from './strangers.ts';
import type { Witness } from './witness.ts';

const { minor: newest } = parseRelease(newestRelease().minor);

/** Returns the releases on which to ask a witness, by default from 1.10. */
const releasesOf = ({ since = '1.10', until }: Witness): Release[] =>
  Array.from({ length: newest - 3 }, (_, at) => ({ major: 1, minor: at + 4 })).filter((release) =>
    isWithin(release, { since, ...(until !== undefined && { until }) }),
  );

/** The rules that checks of strangers and impostors show. */
const liveStrangers = strangerSteps.flatMap(({ witnesses = [] }) => witnesses);

const asked = witnesses.flatMap((witness) =>
  releasesOf(witness).map((release) => [witness.name, formatRelease(release), witness, release] as const),
);

test.each(asked)('%s on %s is what the model says', (_, __, witness, release) => {
  const expectation = askModel(witness, release);
  expect(brief(expectation)).toBe(witness.comesTo);
  expect(expectation.reasons.map(({ rule }) => rule)).toEqual(expect.arrayContaining(witness.by));
  expect(expectation.outcomes.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
});

test.each(asked)('the reasons of %s on %s are sentences, each once, with a source', (_, __, witness, release) => {
  const { reasons } = askModel(witness, release);
  expect(new Set(reasons.map(({ text }) => text)).size).toBe(reasons.length);
  for (const { text, source } of reasons) {
    expect(text).toMatch(/^\S.*[^.\s]$/);
    expect(text).not.toMatch(/undefined|\[object/);
    expect(source).not.toBe('');
  }
});

test('each is asked on some release, and has a name of its own', () => {
  expect(witnesses.filter((witness) => releasesOf(witness).length === 0)).toEqual([]);
  expect(new Set(witnesses.map(({ name }) => name)).size).toBe(witnesses.length);
});

test('every rule has a witness', () => {
  const all = [...witnesses, ...strangerWitnesses, ...nameWitnesses].flatMap(({ by }) => by);
  expect(new Set([...all, ...liveStrangers])).toEqual(new Set(Object.keys(rules)));
});

test('a live mesh can be asked every rule, or it is said why not', () => {
  const asked = witnesses.filter(({ modelOnly }) => !modelOnly).flatMap(({ by }) => by);
  const live = new Set([...asked, ...liveStrangers]);
  const neither = (Object.keys(rules) as RuleId[]).filter(
    (rule) => !live.has(rule) && notReachable[rule] === undefined,
  );
  const both = [...live].filter((rule) => notReachable[rule] !== undefined);
  expect({ neither, both }).toEqual({ neither: [], both: [] });
});
