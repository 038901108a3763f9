import type { OldWays } from '../rules/rule-gates.ts';
import type { DestinationRule } from '../types.ts';
import { byAge, byAgeAndJoinedName } from '../world/age.ts';

/** A rule that Istio merged from DestinationRules of one namespace for one host. */
export interface MergedRule {
  rule: DestinationRule;
  /** The rules that were merged, the deciding one first. */
  from: DestinationRule[];
  exportTo: string[];
}

/**
 * Merges the rules of one namespace for one host as Istio does. Subsets add up, and the top-level policy comes from the
 * oldest rule that has one. A rule for selected workloads stays separate. From 1.24, rules with different exportTo stay
 * separate.
 * istio/istio pilot/pkg/model/destination_rule.go, mergeDestinationRule.
 */
export function mergeRules(rules: DestinationRule[], ways: OldWays): MergedRule[] {
  const apart = !ways.has('destination-rule.merged-across-exports');
  const merged: MergedRule[] = [];
  for (const rule of inOrder(rules, ways)) {
    const exportTo = exportsOf(rule);
    let own = true;
    for (const other of merged) {
      const likeExports = !apart || sameItems(exportTo, other.exportTo);
      if (!likeExports && !(other.exportTo.length > 0 && other.exportTo.every((name) => exportTo.includes(name)))) {
        own = true;
        continue;
      }
      if (apart) own = !likeExports;
      const selectors = [selectorOf(rule), selectorOf(other.rule)].filter((selector) => selector !== undefined);
      if (selectors.length === 2 && selectors[0] !== selectors[1]) {
        own = true;
        continue;
      }
      if (selectors.length !== 1) own = false;
      absorb(other, rule);
      if (!apart && other.exportTo.length === 0) other.exportTo = exportTo;
    }
    if (own) merged.push({ rule, from: [rule], exportTo });
  }
  return merged;
}

/** Returns the namespaces that a rule is exported to. A rule for selected workloads is only for its own namespace. */
export function exportsOf(rule: DestinationRule): string[] {
  return rule.spec.workloadSelector === undefined ? [...new Set(rule.spec.exportTo)] : ['.'];
}

/** From 1.22, rules for selected workloads come first, so that none of them is merged into a rule for all workloads. */
function inOrder(rules: DestinationRule[], ways: OldWays): DestinationRule[] {
  const byAll = ways.has('destination-rule.joined-name') ? byAgeAndJoinedName : byAge;
  if (ways.has('destination-rule.merged-by-age')) return rules.toSorted(byAll);
  const rank = (rule: DestinationRule) => (rule.spec.workloadSelector === undefined ? 1 : 0);
  return rules.toSorted((a, b) => rank(a) - rank(b) || byAll(a, b));
}

/** Adds a rule to a merged one: its subsets, and its top-level policy if there is none yet. */
export function absorb(target: MergedRule, rule: DestinationRule): void {
  const { spec } = target.rule;
  const subsets = spec.subsets ?? [];
  const added = (rule.spec.subsets ?? []).filter(({ name }) => !subsets.some((subset) => subset.name === name));
  const trafficPolicy = spec.trafficPolicy ?? rule.spec.trafficPolicy;
  target.rule = {
    ...target.rule,
    spec: { ...spec, subsets: [...subsets, ...added], ...(trafficPolicy === undefined ? {} : { trafficPolicy }) },
  };
  target.from.push(rule);
}

/**
 * Returns the rule from which a merged one has the settings of a subset or, without a subset, its top-level ones: the
 * first that has any.
 */
export function sourceOf({ rule, from }: Pick<MergedRule, 'rule' | 'from'>, subset?: string): DestinationRule {
  const has = ({ spec }: DestinationRule): boolean =>
    subset === undefined ? spec.trafficPolicy !== undefined : (spec.subsets ?? []).some(({ name }) => name === subset);
  return from.find(has) ?? rule;
}

function selectorOf(rule: DestinationRule): string | undefined {
  const selector = rule.spec.workloadSelector;
  return selector && JSON.stringify(Object.entries(selector.matchLabels ?? {}).sort());
}

function sameItems(a: string[], b: string[]): boolean {
  return a.length === b.length && a.every((item) => b.includes(item));
}
