import { byAge } from './age.ts';
import { nameOf } from './name.ts';
import { reason } from './reason.ts';
import { holds } from './rules.ts';
import type { DestinationRule, Reason, Release } from './types.ts';

/** What Istio makes of the DestinationRules of one namespace for one host. */
export interface MergedRule {
  rule: DestinationRule;
  /** The rules that went in, the deciding one first. */
  from: DestinationRule[];
  exportTo: string[];
}

/**
 * Merges the rules of one namespace for one host as Istio does. Subsets add up; a top-level policy comes from the oldest
 * rule that has one; a rule for selected workloads stands for itself. From 1.24, rules of unlike exportTo stay apart.
 * istio/istio pilot/pkg/model/destination_rule.go, mergeDestinationRule.
 */
export function mergeRules(rules: DestinationRule[], release: Release): MergedRule[] {
  return merge(inOrder(rules, release), !holds('destination-rule.merged-across-exports', release));
}

/** Returns why a release makes something else of such rules than the newest does; none where it does not. */
export function mergedOtherwise(rules: DestinationRule[], release: Release): Reason[] {
  const selecting = rules.filter(({ spec }) => spec.workloadSelector !== undefined);
  const dropped = holds('destination-rule.selector-dropped', release) ? selecting : [];
  const ordered = inOrder(rules, release);
  const names = ordered.map(nameOf).join(' and ');
  const across =
    holds('destination-rule.merged-across-exports', release) &&
    JSON.stringify(merge(ordered, false)) !== JSON.stringify(merge(ordered, true));
  return [
    ...dropped.map((rule) =>
      reason(
        'destination-rule.selector-dropped',
        `${nameOf(rule)} is for every client: this release does not know its workloadSelector`,
        rule,
      ),
    ),
    ...(across
      ? [
          reason(
            'destination-rule.merged-across-exports',
            `${names} are for one host: this release merges them whatever their exportTo`,
          ),
        ]
      : []),
  ];
}

/** @param apart whether rules of unlike exportTo stay apart */
function merge(rules: DestinationRule[], apart: boolean): MergedRule[] {
  const merged: MergedRule[] = [];
  for (const rule of rules) {
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

/** Returns whom a rule is for: a rule for selected workloads is for its own namespace alone. */
export function exportsOf(rule: DestinationRule): string[] {
  return rule.spec.workloadSelector === undefined ? [...new Set(rule.spec.exportTo)] : ['.'];
}

function inOrder(rules: DestinationRule[], release: Release): DestinationRule[] {
  const known = holds('destination-rule.selector-dropped', release) ? rules.map(withoutSelector) : rules;
  const rank = (rule: DestinationRule) => (rule.spec.workloadSelector === undefined ? 1 : 0);
  return known.toSorted((a, b) => rank(a) - rank(b) || byAge(a, b));
}

function withoutSelector(rule: DestinationRule): DestinationRule {
  const { workloadSelector: _, ...spec } = rule.spec;
  return { ...rule, spec };
}

function absorb(target: MergedRule, rule: DestinationRule): void {
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

function selectorOf(rule: DestinationRule): string | undefined {
  const selector = rule.spec.workloadSelector;
  return selector && JSON.stringify(Object.entries(selector.matchLabels ?? {}).sort());
}

function sameItems(a: string[], b: string[]): boolean {
  return a.length === b.length && a.every((item) => b.includes(item));
}
