import { selects } from './labels.ts';
import { holds } from './rules.ts';
import type { DestinationRule, Release, TlsMode, TrafficPolicy } from './types.ts';

/** The part of the effective DestinationRule for one port, and subset, of a Service. */
export interface PolicyInForce {
  /** Absent where auto mTLS chooses. A block that names no mode is DISABLE, the API's zero value. */
  tls?: { mode: TlsMode; subjectAltNames?: string[] };
  /** Where the TLS settings, or the lack of them, come from, for a person. */
  level: string;
  /** Whether the client's cluster goes where the request was going (load balancing PASSTHROUGH). */
  passThrough: boolean;
  /** Whether istiod looks at all endpoints before it chooses: PASSTHROUGH at the level of the cluster itself. */
  looksAtAllEndpoints: boolean;
}

type Subset = NonNullable<DestinationRule['spec']['subsets']>[number];

type PortPolicy = Pick<TrafficPolicy, 'tls' | 'loadBalancer'>;

/**
 * Returns what a rule sets for a Service port, and for a subset where one is asked.
 * Port settings replace the level they stand on, whole: without `tls` they take TLS back to auto mTLS.
 * istio/istio pilot/pkg/networking/util/util.go, GetPortLevelTrafficPolicy and MergeSubsetTrafficPolicy.
 */
export function policyInForce({ spec }: DestinationRule, port: number, subset?: Subset): PolicyInForce {
  const top = atPort(spec.trafficPolicy, port);
  const own = subset && atPort(subset.trafficPolicy, port);
  const replaces = own?.isPortLevel ?? false;
  const tls = own?.policy?.tls ?? (replaces ? undefined : top.policy?.tls);
  const balancer = own?.policy?.loadBalancer ?? (replaces ? undefined : top.policy?.loadBalancer);
  const ofSubset = replaces || own?.policy?.tls !== undefined;
  const where = (ofSubset ? own : top)?.isPortLevel ? ` for its port ${port}` : '';
  const cluster = subset === undefined ? spec.trafficPolicy : subset.trafficPolicy;
  return {
    ...(tls === undefined ? {} : { tls: { ...tls, mode: tls.mode ?? 'DISABLE' } }),
    level: `${ofSubset ? ` in subset ${subset?.name}` : ''}${where}`,
    passThrough: balancer?.simple === 'PASSTHROUGH' || cluster?.loadBalancer?.simple === 'PASSTHROUGH',
    looksAtAllEndpoints: cluster?.loadBalancer?.simple === 'PASSTHROUGH',
  };
}

/**
 * Returns the TLS mode that decides an endpoint's mark in place of its pod's label, where the rule sets one: the top
 * level of the rule or of the subset counts even where port settings without `tls` have taken TLS back to auto mTLS.
 * Before 1.12 endpoints are marked by label alone; before 1.19 the subset is the first whose labels the pod has.
 * istio/istio pilot/pkg/xds/endpoints/mtls_checker.go; istio/istio@1.18.7 pilot/pkg/xds/mtls_checker.go.
 */
export function modeOnEndpoint(
  { spec }: DestinationRule,
  port: number,
  subset: Subset | undefined,
  labels: Record<string, string>,
  release: Release,
): TlsMode | undefined {
  const bySubsetAsked = holds('destination-rule.port-without-tls', release);
  if (!bySubsetAsked && !holds('destination-rule.subset-of-endpoint', release)) return undefined;
  const counted = bySubsetAsked ? subset : spec.subsets?.find((one) => selects(one.labels, labels));
  const mode = markAt(counted?.trafficPolicy, port) ?? markAt(spec.trafficPolicy, port);
  return bySubsetAsked || mode === 'DISABLE' || mode === 'ISTIO_MUTUAL' ? mode : undefined;
}

function atPort(policy: TrafficPolicy | undefined, port: number): { policy?: PortPolicy; isPortLevel: boolean } {
  const settings = policy?.portLevelSettings?.find((one) => one.port.number === port);
  if (settings !== undefined) return { policy: settings, isPortLevel: true };
  return policy === undefined ? { isPortLevel: false } : { policy, isPortLevel: false };
}

function markAt(policy: TrafficPolicy | undefined, port: number): TlsMode | undefined {
  const settings = policy?.portLevelSettings?.find((one) => one.port.number === port);
  const tls = settings?.tls ?? policy?.tls;
  return tls && (tls.mode ?? 'DISABLE');
}
