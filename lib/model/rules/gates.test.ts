import { suites } from '../../../suites/index.ts';
import { askModel, witnesses } from '../../../suites/rules/fixtures.ts';
import { offlineWorld } from '../../cli/options/offline.ts';
import { newestRelease } from '../../platform/istio/releases.ts';
import { scenariosOf } from '../../scenario/scenario.ts';
import { topologyOfSuite } from '../../scenario/topology.ts';
import { idOf, questionOf } from '../../scenario/traffic.ts';
import type { Expectation, Reason } from '../expected.ts';
import { predict } from '../predict.ts';
import type { World } from '../types.ts';
import { formatRelease, isWithin, parseRelease, type Release } from '../world/release.ts';
import { gatesBetween } from './gates.ts';
import type { Rule } from './rule.ts';
import { rules } from './rules.ts';

/** Proves that no prediction changes from one release to another without a gate that says so. */

/** Every release in which a rule of the catalogue begins or ends. */
const boundaries = Object.values<Rule>(rules).flatMap(({ since, until }) => [since ?? [], until ?? []].flat());
/** A rule may name a release that has no row in releases.ts yet. */
const newest = Math.max(...[newestRelease().minor, ...boundaries].map((release) => parseRelease(release).minor));
const releases = Array.from({ length: newest - 3 }, (_, at): Release => ({ major: 1, minor: at + 4 }));
const adjacent = releases.slice(1).map((release, at): [Release, Release] => [releases[at] as Release, release]);
const distant = [
  ['1.4', '1.31'],
  ['1.5', '1.7'],
  ['1.9', '1.19'],
  ['1.13', '1.24'],
  ['1.11', '1.31'],
].map(([from = '', to = '']): [Release, Release] => [parseRelease(from), parseRelease(to)]);
const onward = [...adjacent, ...distant];
const steps = [...onward, ...onward.map(([from, to]): [Release, Release] => [to, from])];

interface Asked {
  what: string;
  on: (release: Release) => Expectation;
}

const ofSuites: Asked[] = suites
  .filter(({ topology: name }) => name !== 'rules')
  .flatMap((suite) =>
    scenariosOf(suite).flatMap((step) => {
      const worlds = new Map(releases.map((release) => [release, offlineWorld(topologyOfSuite(suite), step, release)]));
      return step.traffic.map((traffic) => ({
        what: `${suite.name} › ${step.title} › ${idOf(traffic)}`,
        on: (release: Release) => predict(worlds.get(release) as World, questionOf(traffic, {})),
      }));
    }),
  );
const ofWitnesses: Asked[] = witnesses.map((one) => ({ what: one.name, on: (release) => askModel(one, release) }));

/** Every question, with its expectation on every release. */
const table = [...ofSuites, ...ofWitnesses].map(({ what, on }) => {
  const found = new Map(releases.map((release) => [formatRelease(release), on(release)]));
  return { what, on: (release: Release) => found.get(formatRelease(release)) as Expectation };
});

const changes = table.flatMap(({ what, on }) =>
  steps
    .map(([from, to]) => ({ what, from, to, a: on(from), b: on(to) }))
    .filter(({ a, b }) => JSON.stringify(a.outcomes) !== JSON.stringify(b.outcomes)),
);

describe('over the suites and the witnesses, from 1.4 to the newest and back', () => {
  test('wherever outcomes differ, a gate says so', () => {
    const silent = changes
      .filter(({ from, to, a, b }) => gatesBetween(a.reasons, b.reasons, from, to).length === 0)
      .map(({ what, from, to }) => `${formatRelease(from)} → ${formatRelease(to)}: ${what}`);
    expect(silent).toEqual([]);
  });

  test('every reason holds in the release of which it is given', () => {
    const wrong = table.flatMap(({ what, on }) =>
      releases.flatMap((release) =>
        on(release)
          .reasons.filter((reason) => !isWithin(release, reason))
          .map(({ rule }) => `${formatRelease(release)}, ${what}: ${rule}`),
      ),
    );
    expect(wrong).toEqual([]);
  });

  test('outcomes differ at every release that a rule of the catalogue names, and at no other', () => {
    const seen = changes.filter(({ from, to }) => to.minor === from.minor + 1).map(({ to }) => formatRelease(to));
    expect(new Set(seen)).toEqual(new Set(boundaries));
  });

  test('a gate is the same in either direction', () => {
    const ids = (gates: Reason[]) => gates.map(({ rule }) => rule).toSorted();
    const unlike = changes.filter(({ from, to, a, b }) => {
      const onward = ids(gatesBetween(a.reasons, b.reasons, from, to));
      return String(onward) !== String(ids(gatesBetween(b.reasons, a.reasons, to, from)));
    });
    expect(unlike).toEqual([]);
  });
});

describe('a gate', () => {
  const given = (rule: string, gate: { since?: string; until?: string } = {}): Reason => {
    return { rule, text: rule, source: 'x', ...gate };
  };
  const between = (a: Reason[], b: Reason[], from: string, to: string) =>
    gatesBetween(a, b, parseRelease(from), parseRelease(to)).map(({ rule }) => rule);

  test.each<[string, string, string, string[]]>([
    ['between the two', '1.11', '1.12', ['new']],
    ['between the two, with others beside it', '1.4', '1.31', ['new']],
    ['older than both', '1.12', '1.13', []],
    ['newer than both', '1.10', '1.11', []],
  ])('of a rule that begins, %s', (_, from, to, gates) => {
    expect(between([given('old')], [given('new', { since: '1.12' })], from, to)).toEqual(gates);
    expect(between([given('new', { since: '1.12' })], [given('old')], to, from)).toEqual(gates);
  });

  test('of a rule that ends is told of the older side', () => {
    const old = given('old', { until: '1.10' });
    expect(between([old], [given('new')], '1.9', '1.10')).toEqual(['old']);
    expect(between([old], [given('new')], '1.8', '1.9')).toEqual([]);
    expect(between([given('new')], [old], '1.10', '1.9')).toEqual(['old']);
  });

  test('of a rule that begins and ends again', () => {
    const passing = given('passing', { since: '1.6', until: '1.7' });
    expect(between([given('before')], [passing], '1.5', '1.6')).toEqual(['passing']);
    expect(between([passing], [given('after')], '1.6', '1.7')).toEqual(['passing']);
  });

  test('has only the boundary that was crossed', () => {
    const passing = given('passing', { since: '1.12', until: '1.33' });
    const crossed = (from: string, to: string) =>
      gatesBetween([given('other')], [passing], parseRelease(from), parseRelease(to));
    expect(crossed('1.11', '1.12')).toEqual([given('passing', { since: '1.12' })]);
    expect(crossed('1.33', '1.12')).toEqual([given('passing', { until: '1.33' })]);
  });

  test('is none of a rule that both sides give, nor of one without a release', () => {
    const both = given('both', { since: '1.12' });
    expect(between([both], [both], '1.11', '1.12')).toEqual([]);
    expect(between([given('a')], [given('b')], '1.11', '1.12')).toEqual([]);
  });

  test('that names no version is refused', () => {
    expect(() => between([], [given('new', { since: 'soon' })], '1.11', '1.12')).toThrow(
      '"soon" is not an Istio release',
    );
  });
});
