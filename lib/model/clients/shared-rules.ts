import type { DestinationRule } from '../types.ts';
import { byAgeAndJoinedName } from '../world/age.ts';
import { hostOf } from '../world/hosts.ts';
import { absorb, exportsOf, type MergedRule } from './merge-rules.ts';

/** The merged rules of a mesh up to 1.5. */
export interface SharedRules {
  /** By namespace and host, for clients in that namespace. */
  local: ReadonlyMap<string, MergedRule>;
  /** By namespace and host, for clients in others. */
  exported: ReadonlyMap<string, MergedRule>;
}

/** Returns the key of a namespace's rule for a host. */
export function sharedKey(namespace: string, host: string): string {
  return `${namespace}/${host}`;
}

/**
 * Merges all DestinationRules of a mesh as releases up to 1.5 do. They merge three times: the rules of a namespace, its
 * exported ones, and the exported ones of all namespaces. Each time the rules go into the oldest one, and that is the
 * same copy: so what is merged into it for one purpose counts for the others, too.
 * istio/istio@1.5.10 pilot/pkg/model/push_context.go, SetDestinationRules; pilot/pkg/model/destination_rule.go.
 * @param isExported whether other namespaces see a rule
 */
export function sharedRules(rules: DestinationRule[], isExported: (rule: DestinationRule) => boolean): SharedRules {
  const local = new Map<string, MergedRule>();
  const exported = new Map<string, MergedRule>();
  const everywhere = new Map<string, MergedRule>();
  for (const rule of rules.toSorted(byAgeAndJoinedName)) {
    const own: MergedRule = { rule, from: [rule], exportTo: exportsOf(rule) };
    const host = hostOf(rule);
    const key = sharedKey(rule.metadata.namespace ?? 'default', host);
    mergeAt(local, key, own, rule);
    if (!isExported(rule)) continue;
    mergeAt(exported, key, own, rule);
    mergeAt(everywhere, host, own, rule);
  }
  return { local, exported };
}

function mergeAt(merged: Map<string, MergedRule>, key: string, own: MergedRule, rule: DestinationRule): void {
  const oldest = merged.get(key);
  if (oldest === undefined) merged.set(key, own);
  else if (!oldest.from.includes(rule)) absorb(oldest, rule);
}
