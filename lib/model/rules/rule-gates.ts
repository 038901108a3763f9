import type { Reason } from '../expected.ts';
import { reason } from '../reason.ts';
import type { DestinationRule } from '../types.ts';
import { nameOf } from '../world/name.ts';
import type { Release } from '../world/release.ts';
import { holds, type RuleId } from './rules.ts';

/** Older ways of looking up and merging DestinationRules that the newest release no longer has, by the end of each. */
const all = [
  'destination-rule.merged-across-namespaces',
  'destination-rule.root-private-unseen',
  'destination-rule.selector-dropped',
  'destination-rule.own-name-exported',
  'destination-rule.merged-by-age',
  'destination-rule.joined-name',
  'destination-rule.merged-across-exports',
] as const satisfies RuleId[];

export type OldWay = (typeof all)[number];

export type OldWays = ReadonlySet<OldWay>;

/** Returns the differences of a release from the newest. */
export function oldWaysOf(release: Release): OldWays {
  return new Set(all.filter((way) => holds(way, release)));
}

/**
 * Returns the first old way that decides: the result changes when it ends after those before it have ended.
 * @param ways by the release that ended each
 * @param comesTo returns the result with some of them
 */
export function decidingWay<Way>(ways: Iterable<Way>, comesTo: (ways: Way[]) => unknown): Way | undefined {
  const inOrder = [...ways];
  return inOrder.find((_, at) => comesTo(inOrder.slice(at)) !== comesTo(inOrder.slice(at + 1)));
}

const texts: Record<OldWay, (rules: string) => string> = {
  'destination-rule.merged-across-namespaces': (rules) =>
    `${rules} are for one host: this release merges them into one copy for all namespaces, private rules included`,
  'destination-rule.root-private-unseen': (rules) =>
    `This release does not look at private rules of the root namespace: ${rules}`,
  'destination-rule.selector-dropped': (rules) =>
    `Every client counts for ${rules}: this release does not know workloadSelector`,
  'destination-rule.merged-across-exports': (rules) =>
    `${rules} are for one host: this release merges them whatever their exportTo`,
  'destination-rule.merged-by-age': (rules) =>
    `${rules} are for one host: this release merges the younger into the older one, even where it is for selected workloads`,
  'destination-rule.joined-name': (rules) =>
    `${rules} were made in the same second: this release compares their names with the namespace joined to them`,
  'destination-rule.own-name-exported': (rules) =>
    `A rule for its own namespace by name is not private in this release, and hides others from other namespaces: ${rules}`,
};

/** Tells whether an old way is about a rule. An old way that is not listed is about every rule for the host. */
const isAbout: Partial<Record<OldWay, (rule: DestinationRule) => boolean>> = {
  'destination-rule.selector-dropped': ({ spec }) => spec.workloadSelector !== undefined,
  'destination-rule.own-name-exported': ({ spec, metadata }) =>
    spec.exportTo?.length === 1 && spec.exportTo[0] === metadata.namespace,
};

/** Returns why a release gets a different result than the newest would. */
export function oldWayReason(way: OldWay, rules: DestinationRule[]): Reason {
  return reason(
    way,
    texts[way](
      rules
        .filter(isAbout[way] ?? (() => true))
        .map(nameOf)
        .join(' and '),
    ),
  );
}
