import { holds, type RuleId } from '../rules/rules.ts';
import type { DestinationRule, Subset } from '../types.ts';
import type { Release } from '../world/release.ts';
import { atPort, levelText, type PolicyInForce, withMode } from './traffic-policy.ts';

/** The TLS settings of a subset's cluster, and the old rule by which they are not those of later releases. */
export interface OldSubset extends Pick<PolicyInForce, 'tls' | 'level' | 'ofSubset'> {
  by?: RuleId;
}

/**
 * Returns the TLS settings of a subset's cluster up to 1.7; undefined for later releases, which merge the settings of
 * the subset and of the top level first. Up to 1.7, the settings of both are applied one after the other. Each time,
 * auto mTLS takes the place of missing TLS settings, and plain text takes nothing back.
 * istio/istio@1.5.10 pilot/pkg/networking/core/v1alpha3/cluster.go; istio/istio@1.7.8
 * pilot/pkg/networking/core/v1alpha3/cluster_builder.go, applyDestinationRule.
 * @param auto whether auto mTLS would choose where nothing sets a mode
 */
export function oldSubset(
  { spec }: DestinationRule,
  port: number,
  subset: Subset,
  { release, auto }: { release: Release; auto: boolean },
): OldSubset | undefined {
  if (!holds('destination-rule.subset-tls-alone', release)) return undefined;
  const [top, own] = [atPort(spec.trafficPolicy, port), atPort(subset.trafficPolicy, port)];
  const fromTop = { ...withMode(top.policy?.tls), level: levelText(top, port), ofSubset: false };
  const fromOwn = { ...withMode(own.policy?.tls), level: levelText(own, port, subset), ofSubset: true };
  const topMode = fromTop.tls?.mode;
  if (fromOwn.tls === undefined) {
    if (topMode === undefined) return fromTop;
    if (!auto) return own.isPortLevel ? { ...fromTop, by: 'destination-rule.subset-port-inherits' } : fromTop;
    if (subset.trafficPolicy !== undefined) return { ...fromOwn, by: 'destination-rule.subset-tls-alone' };
    return holds('destination-rule.subset-inherits-nothing', release)
      ? { ...fromOwn, by: 'destination-rule.subset-inherits-nothing' }
      : fromTop;
  }
  if (topMode === undefined && auto && holds('destination-rule.subset-masked', release)) {
    return { level: fromTop.level, ofSubset: false, by: 'destination-rule.subset-masked' };
  }
  const isPlain = fromOwn.tls.mode === 'DISABLE';
  if (
    isPlain &&
    topMode !== undefined &&
    topMode !== 'DISABLE' &&
    holds('destination-rule.subset-not-plain', release)
  ) {
    return { ...fromTop, by: 'destination-rule.subset-not-plain' };
  }
  return fromOwn;
}
