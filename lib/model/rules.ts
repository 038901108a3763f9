import { type Gate, isWithin } from './release.ts';
import type { Release } from './types.ts';

/** Where a rule of Istio's is written, and in which releases it holds, where they differ. */
export interface Rule extends Gate {
  source: string;
}

const applier = 'istio/istio pilot/pkg/security/authn/policy_applier.go';
const authentication = 'istio/istio pilot/pkg/model/authentication.go';
const pushContext = 'istio/istio pilot/pkg/model/push_context.go';
const clusterTls = 'istio/istio pilot/pkg/networking/core/cluster_tls.go';
const mtlsChecker = 'istio/istio pilot/pkg/xds/endpoints/mtls_checker.go';
const inboundTls = 'istio/istio pilot/pkg/security/authn/utils/utils.go';
const retry = 'istio/istio pilot/pkg/networking/core/route/retry/retry.go';
const injector = 'istio/istio pkg/kube/inject/inject.go';
const sidecarScope = 'istio/istio pilot/pkg/model/sidecar.go';
const crds = 'istio/istio manifests/charts/base/files/crd-all.gen.yaml';
const mergedRules = 'istio/istio pilot/pkg/model/destination_rule.go';
const externalNames = 'istio/istio releasenotes/notes/external-name-on.yaml';
const alpha = 'istio/istio@1.4.10 pilot/pkg/model/push_context.go';
const task = 'istio.io task Automatic mutual TLS';

/** Every rule that a prediction can give as a reason, by its stable name. */
export const rules = {
  'api.not-served': { source: crds, since: '1.6' },
  'api.before-v1beta1': { source: crds, until: '1.5' },
  'api.before-v1': { source: crds, until: '1.22' },

  'sidecar.none': { source: task },
  'sidecar.host-network': { source: injector },
  'sidecar.pod-labels-ignored': { source: injector, until: '1.10' },

  'peer-authentication.port': { source: applier, since: '1.5' },
  'peer-authentication.workload': { source: applier, since: '1.5' },
  'peer-authentication.namespace': { source: applier, since: '1.5' },
  'peer-authentication.mesh': { source: applier, since: '1.5' },
  'peer-authentication.none': { source: applier, since: '1.5' },
  'peer-authentication.unset': { source: applier, since: '1.5' },
  'peer-authentication.oldest-wins': { source: authentication, since: '1.5' },
  'peer-authentication.root-selector': { source: applier, since: '1.5' },

  'policy.service': { source: alpha, until: '1.6' },
  'policy.namespace': { source: alpha, until: '1.6' },
  'policy.mesh': { source: alpha, until: '1.6' },
  'policy.none': { source: alpha, until: '1.5' },
  'policy.superseded': {
    source: 'istio/istio@1.5.10 pilot/pkg/security/authn/v1beta1/policy_applier.go',
    since: '1.5',
    until: '1.6',
  },

  'client.no-sidecar': { source: task },
  'destination-rule.client-namespace': { source: pushContext },
  'destination-rule.service-namespace': { source: pushContext },
  'destination-rule.root-namespace': { source: pushContext },
  'destination-rule.workload-selector': { source: sidecarScope, since: '1.14' },
  'destination-rule.selector-dropped': { source: sidecarScope, until: '1.14' },
  'destination-rule.merged': { source: mergedRules },
  'destination-rule.merged-across-exports': { source: mergedRules, until: '1.24' },
  'destination-rule.tls': { source: clusterTls },
  'destination-rule.no-tls': { source: clusterTls },
  'destination-rule.port-without-tls': { source: mtlsChecker, since: '1.19' },
  'destination-rule.subset-of-endpoint': {
    source: 'istio/istio@1.18.7 pilot/pkg/xds/mtls_checker.go',
    since: '1.12',
    until: '1.19',
  },
  'destination-rule.empty-subset': { source: 'istio/istio pilot/pkg/xds/endpoints/endpoint_builder.go' },
  'destination-rule.unknown-subset': { source: pushContext },

  'auto-mtls.off': { source: clusterTls },
  'auto-mtls.disabled-scope': { source: 'istio/istio#56084' },
  'auto-mtls.endpoint-with-sidecar': { source: mtlsChecker },
  'auto-mtls.endpoint-without-sidecar': { source: mtlsChecker },
  'auto-mtls.endpoint-disabled': { source: mtlsChecker, since: '1.12' },
  'auto-mtls.pass-through-mixed': { source: pushContext, since: '1.7' },
  'auto-mtls.pass-through-all-sidecars': { source: 'istio/istio#39439', since: '1.7' },
  'auto-mtls.pass-through-plain': {
    source: 'istio/istio@1.6.14 pilot/pkg/networking/core/v1alpha3/cluster.go',
    since: '1.6',
    until: '1.7',
  },
  'auto-mtls.pass-through-left-out': {
    source: 'istio/istio@1.4.10 pilot/pkg/networking/core/v1alpha3/cluster.go',
    until: '1.5',
  },
  'auto-mtls.pass-through-unseen': { source: clusterTls },
  'auto-mtls.balanced-unseen': { source: pushContext, until: '1.10' },

  'external-name.alias': { source: externalNames },
  'external-name.external': { source: externalNames, until: '1.21' },

  'result.mutual-tls': { source: task },
  'result.plain-text': { source: task },
  'result.plain-text-reset': { source: inboundTls },
  'result.plain-text-ended': { source: inboundTls, until: '1.10' },
  'result.plain-text-refused': { source: inboundTls },
  'result.mutual-tls-refused': { source: task },
  'result.other-tls-refused': { source: inboundTls },
  'result.other-identity': { source: clusterTls },
  'result.retried-elsewhere': { source: retry },
  'result.nothing-listens': { source: 'istio/istio pilot/pkg/networking/core/listener_inbound.go' },
  'result.no-endpoints': { source: 'kubernetes.io Virtual IPs and Service Proxies' },
} as const satisfies Record<string, Rule>;

export type RuleId = keyof typeof rules;

/** Returns whether a rule holds in a release. Whatever depends on the release asks this, so that a reason can tell it. */
export function holds(rule: RuleId, release: Release): boolean {
  const gate: Rule = rules[rule];
  return isWithin(release, gate);
}
