import {
  clusterTls,
  externalNames,
  iptables,
  mergedRules,
  mtlsChecker,
  pushContext,
  type Rule,
  sidecarScope,
  task,
} from './rule.ts';

/** Rules about what a client sends. */
export const clientRules = {
  'client.no-sidecar': { says: 'plain text, whatever the policies', source: task },
  'client.past-sidecar': {
    says: 'an annotation `traffic.sidecar.istio.io/excludeOutboundPorts`, `excludeOutboundIPRanges` or `includeOutboundIPRanges` leads requests past the sidecar: plain text',
    source: iptables,
  },

  'destination-rule.client-namespace': { says: "rules of the client's namespace come first", source: pushContext },
  'destination-rule.service-namespace': {
    says: "then those of the service's, as far as they are exported",
    source: pushContext,
  },
  'destination-rule.root-namespace': { says: 'then those of the root namespace', source: pushContext },
  'destination-rule.workload-selector': {
    says: 'a rule with `workloadSelector` counts for clients of its own namespace that it selects',
    source: sidecarScope,
    since: '1.14',
  },
  'destination-rule.selector-dropped': {
    says: '`workloadSelector` is not known, and the rule counts for all',
    source: sidecarScope,
    until: '1.14',
  },
  'destination-rule.merged': {
    says: "rules for one host in one namespace: subsets add up, the oldest one's top level counts",
    source: mergedRules,
  },
  'destination-rule.merged-across-namespaces': {
    says: 'the oldest exported rule for a host takes in all younger ones of its namespace, private ones included, and the exported ones of other namespaces: there is one copy for all',
    source: 'istio/istio@1.5.10 pilot/pkg/model/destination_rule.go',
    until: '1.6',
  },
  'destination-rule.merged-across-exports': {
    says: 'even where they are exported to different namespaces',
    source: mergedRules,
    until: '1.24',
  },
  'destination-rule.merged-by-age': {
    says: 'a younger one for selected workloads gets into an older one for all',
    source: 'istio/istio@1.21.6 pilot/pkg/model/push_context.go',
    since: '1.14',
    until: '1.22',
  },
  'destination-rule.joined-name': {
    says: 'of two made in the same second the first by `name.namespace`, so `a-b` before `a`; after, by name',
    source: 'istio/istio@1.22.8 pilot/pkg/model/config.go',
    until: '1.23',
  },
  'destination-rule.own-name-exported': {
    says: 'a rule that names its own namespace alone in `exportTo` hides others as an exported one does; after, it is private',
    source: 'istio/istio@1.13.9 pilot/pkg/model/push_context.go',
    until: '1.14',
  },
  'destination-rule.root-private-unseen': {
    says: 'private rules of the root namespace do not count, not even for its own clients',
    source: 'istio/istio@1.7.8 pilot/pkg/model/push_context.go',
    until: '1.8',
  },
  'destination-rule.private-by-default': {
    says: '`defaultDestinationRuleExportTo` of the mesh configuration has `.`: a rule without `exportTo` is private',
    source: pushContext,
  },
  'destination-rule.tls': { says: 'its mode decides, whatever the endpoints announce', source: clusterTls },
  'destination-rule.credential-unused': {
    says: 'with `credentialName` and without `workloadSelector`, SIMPLE and MUTUAL come to plain text: sidecars do not get the credential',
    source: clusterTls,
    since: '1.8',
  },
  'destination-rule.no-tls': { says: 'a rule without TLS settings leaves the choice to auto mTLS', source: clusterTls },
  'destination-rule.port-without-tls': {
    says: "a port's block without `tls` goes back to auto mTLS, with the top level's mode as a mark on the endpoints: ISTIO_MUTUAL keeps mutual TLS for those with a sidecar, DISABLE takes it from them",
    source: mtlsChecker,
    since: '1.19',
  },
  'destination-rule.other-mode-marks': {
    says: 'SIMPLE and MUTUAL take it from them, too',
    source: mtlsChecker,
    since: '1.20',
  },
  'destination-rule.subset-inherits-mark': {
    says: "a subset without a mode has the top level's mark",
    source: mtlsChecker,
    since: '1.31',
  },
  'destination-rule.subset-of-endpoint': {
    says: 'the same, by the subset that an endpoint belongs to',
    source: 'istio/istio@1.18.7 pilot/pkg/xds/mtls_checker.go',
    since: '1.12',
    until: '1.19',
  },
  'destination-rule.subset-without-port': {
    says: "a subset without settings of its own has those of the top level, not of the rule's port",
    source: 'istio/istio@1.10.0 pilot/pkg/networking/core/v1alpha3/cluster_builder.go',
    since: '1.8',
    until: '1.11',
  },
  'destination-rule.subset-tls-alone': {
    says: "a subset with settings, but none of TLS, has auto mTLS; after, the top level's TLS",
    source: 'istio/istio@1.7.8 pilot/pkg/networking/core/v1alpha3/cluster_builder.go',
    until: '1.8',
  },
  'destination-rule.subset-inherits-nothing': {
    says: 'so has one without any settings',
    source: 'istio/istio@1.5.10 pilot/pkg/networking/core/v1alpha3/cluster.go',
    until: '1.6',
  },
  'destination-rule.subset-masked': {
    says: "a subset's mode does not count where the top level has none: auto mTLS (so up to 1.6.5)",
    source: 'istio/istio#23910',
    until: '1.6',
  },
  'destination-rule.subset-not-plain': {
    says: "a subset's DISABLE does not take back the top level's TLS",
    source: 'istio/istio@1.7.8 pilot/pkg/networking/core/v1alpha3/cluster.go',
    since: '1.5',
    until: '1.8',
  },
  'destination-rule.subset-port-inherits': {
    says: "without auto mTLS, a port's block without `tls` in a subset leaves it the top level's",
    source: 'istio/istio@1.7.8 pilot/pkg/networking/core/v1alpha3/cluster_builder.go',
    until: '1.8',
  },
  'destination-rule.empty-subset': {
    says: 'a subset that selects no endpoint',
    source: 'istio/istio pilot/pkg/xds/endpoints/endpoint_builder.go',
  },
  'destination-rule.unknown-subset': { says: 'a subset that no rule defines', source: pushContext },

  'auto-mtls.off': { says: 'without it and without a rule: plain text', source: clusterTls },
  'auto-mtls.disabled-scope': {
    says: "the namespace's or mesh's policy is DISABLE: plain text to every endpoint, even to one whose own policy is STRICT",
    source: 'istio/istio#56084',
  },
  'auto-mtls.endpoint-with-sidecar': { says: 'mutual TLS', source: mtlsChecker },
  'auto-mtls.endpoint-without-sidecar': { says: 'plain text', source: mtlsChecker },
  'auto-mtls.workload-entry': {
    says: 'a WorkloadEntry that the Service selects is one more endpoint to sidecars; it announces mutual TLS by its label `security.istio.io/tlsMode` or, without one, if it has a `serviceAccount`',
    source: 'istio/istio pilot/pkg/serviceregistry/serviceentry/conversion.go',
  },
  'auto-mtls.written-endpoint': {
    says: 'so does an endpoint of a ServiceEntry, whatever the pod at its address announces',
    source: 'istio/istio pilot/pkg/serviceregistry/serviceentry/conversion.go',
  },
  'auto-mtls.endpoint-in-no-namespace': {
    says: 'for such an endpoint, policies of namespaces do not count, whose DISABLE would mean plain text',
    source: 'istio/istio@1.29.1 pilot/pkg/serviceregistry/serviceentry/conversion.go',
    until: '1.30',
  },
  'auto-mtls.mesh-external': {
    says: 'a host of a ServiceEntry that is MESH_EXTERNAL, as it is by default: plain text',
    source: clusterTls,
  },
  'auto-mtls.address-alone': {
    says: 'plain text to an address of an EndpointSlice written by hand, unless a pod in the Service’s namespace has it',
    source: 'istio/istio pilot/pkg/serviceregistry/kube/controller/endpointslice.go',
  },
  'auto-mtls.endpoint-disabled': {
    says: 'plain text to a workload whose own policy is DISABLE; before, mutual TLS, which it refuses',
    source: mtlsChecker,
    since: '1.12',
  },
  'auto-mtls.pass-through-mixed': {
    says: 'headless, or load balancing PASSTHROUGH: plain text to all where one has no sidecar',
    source: pushContext,
    since: '1.7',
  },
  'auto-mtls.pass-through-all-sidecars': {
    says: 'and mutual TLS to all where each has one',
    source: 'istio/istio#39439',
    since: '1.7',
  },
  'auto-mtls.pass-through-plain': {
    says: 'such Services get plain text',
    source: 'istio/istio@1.6.14 pilot/pkg/networking/core/v1alpha3/cluster.go',
    since: '1.6',
    until: '1.7',
  },
  'auto-mtls.pass-through-left-out': {
    says: 'such Services get plain text',
    source: 'istio/istio@1.4.10 pilot/pkg/networking/core/v1alpha3/cluster.go',
    until: '1.5',
  },
  'auto-mtls.pass-through-unseen': { says: 'their endpoints are not looked at: mutual TLS', source: clusterTls },
  'auto-mtls.balanced-unseen': { says: 'so with load balancing PASSTHROUGH, too', source: pushContext, until: '1.10' },

  'external-name.alias': {
    says: 'an ExternalName is another name for its target',
    source: externalNames,
    since: '1.21',
  },
  'external-name.external': {
    says: 'an ExternalName is outside of the mesh: no auto mTLS',
    source: externalNames,
    until: '1.21',
  },
} as const satisfies Record<string, Rule>;
