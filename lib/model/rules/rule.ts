import type { Gate } from '../world/release.ts';

/** A rule of Istio's and, if releases differ, those in which it holds. */
export interface Rule extends Gate {
  /** What it says, in a few words of Markdown, for docs/rules.md. */
  says: string;
  /** Where it is documented. */
  source: string;
}

// Places in Istio's sources or documentation that are the source of several rules.

export const applier = 'istio/istio pilot/pkg/security/authn/policy_applier.go';
export const authentication = 'istio/istio pilot/pkg/model/authentication.go';
export const pushContext = 'istio/istio pilot/pkg/model/push_context.go';
export const clusterTls = 'istio/istio pilot/pkg/networking/core/cluster_tls.go';
export const mtlsChecker = 'istio/istio pilot/pkg/xds/endpoints/mtls_checker.go';
export const inboundTls = 'istio/istio pilot/pkg/security/authn/utils/utils.go';
export const authorization = 'istio/istio pilot/pkg/security/authz/model/generator.go';
export const retry = 'istio/istio pilot/pkg/networking/core/route/retry/retry.go';
export const iptables = 'istio/istio tools/istio-iptables/pkg/capture/run.go';
export const injector = 'istio/istio pkg/kube/inject/inject.go';
export const sidecarScope = 'istio/istio pilot/pkg/model/sidecar.go';
export const crds = 'istio/istio manifests/charts/base/files/crd-all.gen.yaml';
export const mergedRules = 'istio/istio pilot/pkg/model/destination_rule.go';
export const externalNames = 'istio/istio releasenotes/notes/external-name-on.yaml';
export const alpha = 'istio/istio@1.4.10 pilot/pkg/model/push_context.go';
export const task = 'istio.io task Automatic mutual TLS';
