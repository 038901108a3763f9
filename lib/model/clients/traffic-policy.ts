import { holds, type RuleId } from '../rules/rules.ts';
import type { ClientTls, DestinationRule, Subset, TlsMode, TrafficPolicy } from '../types.ts';
import { selects } from '../world/labels.ts';
import type { Release } from '../world/release.ts';

/** The part of the effective DestinationRule for one port of a Service and, if one is asked, one subset. */
export interface PolicyInForce {
  /** Absent if auto mTLS chooses. A block without a mode is DISABLE, the API's zero value. */
  tls?: ClientTls & { mode: TlsMode };
  /** Where the TLS settings, or the lack of them, come from, as text for messages. */
  level: string;
  /** Whether that is the subset, and not the rule's top level. */
  ofSubset: boolean;
  /** Whether the client's cluster sends requests to their original destination (load balancing PASSTHROUGH). */
  passThrough: boolean;
  /**
   * Whether istiod looks at all endpoints before it chooses: if PASSTHROUGH is set at the level of the cluster itself.
   */
  looksAtAllEndpoints: boolean;
  /**
   * Whether the release ignores the rule's settings for the port, because the request is for a subset without settings.
   */
  portLeftOut: boolean;
}

type PortPolicy = Pick<TrafficPolicy, 'tls' | 'loadBalancer'>;

/**
 * Returns what a rule sets for a Service port and, if one is asked, for a subset.
 * Port settings replace all settings of the level that they belong to: without `tls` they return TLS to auto mTLS.
 * A subset's cluster starts as a copy of the rule's own cluster: if that is passed through, so is the subset's.
 * istio/istio pilot/pkg/networking/core/cluster_builder.go, buildSubsetCluster; pilot/pkg/networking/util/util.go,
 * GetPortLevelTrafficPolicy and MergeSubsetTrafficPolicy.
 */
export function policyInForce(
  { spec }: DestinationRule,
  port: number,
  subset: Subset | undefined,
  release: Release,
): PolicyInForce {
  const atTop = atPort(spec.trafficPolicy, port);
  const portLeftOut =
    subset !== undefined &&
    subset.trafficPolicy === undefined &&
    atTop.isPortLevel &&
    holds('destination-rule.subset-without-port', release);
  const top = portLeftOut ? levelOf(spec.trafficPolicy) : atTop;
  const own = subset && atPort(subset.trafficPolicy, port);
  const replaces = own?.isPortLevel ?? false;
  const tls = own?.policy?.tls ?? (replaces ? undefined : top.policy?.tls);
  const balancer = own?.policy?.loadBalancer ?? (replaces ? undefined : top.policy?.loadBalancer);
  const ofSubset = replaces || own?.policy?.tls !== undefined;
  const cluster = subset === undefined ? spec.trafficPolicy : subset.trafficPolicy;
  return {
    ...withMode(tls),
    level: ofSubset && own !== undefined ? levelText(own, port, subset) : levelText(top, port),
    ofSubset,
    passThrough: [{ loadBalancer: balancer }, atTop.policy, subset?.trafficPolicy].some(isPassThrough),
    looksAtAllEndpoints: isPassThrough(cluster),
    portLeftOut,
  };
}

/** A TLS mode that marks an endpoint, and Istio's rule for it. */
export interface Mark {
  mode: TlsMode;
  rule: RuleId;
}

/**
 * Returns the TLS mode that decides an endpoint's mark in place of its pod's label, if the rule sets one. The top level
 * of the rule or of the subset counts even if port settings without `tls` have returned TLS to auto mTLS. Before 1.12,
 * endpoints are marked by label alone. Before 1.19, the subset is the first whose labels the pod has. Before 1.20, only
 * DISABLE and ISTIO_MUTUAL count. From 1.19 to 1.30, a subset without a mode leaves its endpoints unmarked.
 * istio/istio pilot/pkg/xds/endpoints/mtls_checker.go; istio/istio@1.18.7 pilot/pkg/xds/mtls_checker.go.
 */
export function markOnEndpoint(
  { spec }: DestinationRule,
  port: number,
  subset: Subset | undefined,
  labels: Record<string, string>,
  release: Release,
): Mark | undefined {
  const bySubsetAsked = holds('destination-rule.port-without-tls', release);
  if (!bySubsetAsked && !holds('destination-rule.subset-of-endpoint', release)) return undefined;
  const counted = bySubsetAsked ? subset : spec.subsets?.find((one) => selects(one.labels, labels));
  const own = modeAt(counted?.trafficPolicy, port);
  const inherits = counted === undefined || !bySubsetAsked || holds('destination-rule.subset-inherits-mark', release);
  const mode = own ?? (inherits ? modeAt(spec.trafficPolicy, port) : undefined);
  if (mode === undefined) return undefined;
  const isOther = mode !== 'DISABLE' && mode !== 'ISTIO_MUTUAL';
  if (isOther && !holds('destination-rule.other-mode-marks', release)) return undefined;
  if (!bySubsetAsked) return { mode, rule: 'destination-rule.subset-of-endpoint' };
  if (counted !== undefined && own === undefined) return { mode, rule: 'destination-rule.subset-inherits-mark' };
  return { mode, rule: isOther ? 'destination-rule.other-mode-marks' : 'destination-rule.port-without-tls' };
}

/** The settings of a level for one port, and whether they are those of the port alone. */
interface PolicyLevel {
  policy?: PortPolicy;
  isPortLevel: boolean;
}

/** Returns the settings of a level for a port: those of the port, if it has any, replace all others. */
export function atPort(policy: TrafficPolicy | undefined, port: number): PolicyLevel {
  const settings = policy?.portLevelSettings?.find((one) => one.port.number === port);
  return settings === undefined ? levelOf(policy) : { policy: settings, isPortLevel: true };
}

function levelOf(policy: TrafficPolicy | undefined): PolicyLevel {
  return policy === undefined ? { isPortLevel: false } : { policy, isPortLevel: false };
}

/** Returns where settings come from, as text for messages: ` in subset v1 for its port 8000`. */
export function levelText({ isPortLevel }: PolicyLevel, port: number, subset?: Subset): string {
  return `${subset === undefined ? '' : ` in subset ${subset.name}`}${isPortLevel ? ` for its port ${port}` : ''}`;
}

/** Returns TLS settings with a mode; without settings, nothing. */
export function withMode(tls: TrafficPolicy['tls']): Pick<PolicyInForce, 'tls'> {
  return tls === undefined ? {} : { tls: { ...tls, mode: tls.mode ?? 'DISABLE' } };
}

function isPassThrough(policy: { loadBalancer?: PortPolicy['loadBalancer'] | undefined } | undefined): boolean {
  return policy?.loadBalancer?.simple === 'PASSTHROUGH';
}

function modeAt(policy: TrafficPolicy | undefined, port: number): TlsMode | undefined {
  const settings = policy?.portLevelSettings?.find((one) => one.port.number === port);
  const tls = settings?.tls ?? policy?.tls;
  return tls && (tls.mode ?? 'DISABLE');
}
