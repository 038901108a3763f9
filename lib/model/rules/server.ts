import { alpha, applier, authentication, crds, injector, type Rule, task } from './rule.ts';

/** Rules about which pods have a sidecar, and what a server accepts from its clients. */
export const serverRules = {
  'sidecar.none': { says: 'no sidecar: no policy acts on it', source: task },
  'sidecar.port-past': {
    says: 'an annotation `traffic.sidecar.istio.io/excludeInboundPorts` or `includeInboundPorts` leads connections past the sidecar: no policy acts on them, yet clients send mutual TLS',
    source: 'istio/istio#30311',
  },
  'sidecar.own-port': {
    says: 'ports 15020, 15021 and 15090 are the sidecar’s own, and take plain text alone',
    source: 'istio/istio manifests/charts/istio-control/istio-discovery/files/injection-template.yaml',
  },
  'sidecar.host-network': { says: 'a pod on the host network gets no sidecar', source: injector },
  'sidecar.pod-labels-ignored': {
    says: "the injector looks at the namespace's label alone",
    source: injector,
    until: '1.10',
  },
  'sidecar.annotation-alone': {
    says: "once it is asked, the pod's annotation `sidecar.istio.io/inject` decides; after, its label comes first",
    source: 'istio/istio@1.11.6 pkg/kube/inject/inject.go',
    until: '1.12',
  },
  'sidecar.other-values': {
    says: 'there `yes`, `y` and `on` are true, any other word is false; after, it is as if nothing were said',
    source: 'istio/istio@1.26.8 pkg/kube/inject/inject.go',
    until: '1.27',
  },
  'sidecar.never-selected': {
    says: "where neither label nor annotation says anything, the injector's `neverInjectSelector` does: no sidecar",
    source: injector,
  },
  'sidecar.always-selected': {
    says: 'then its `alwaysInjectSelector`, even where its `policy` is `disabled`',
    source: injector,
  },
  'sidecar.injection-disabled': {
    says: 'with its `policy: disabled` no pod gets a sidecar that does not ask for one',
    source: injector,
  },

  'peer-authentication.port': { says: "`portLevelMtls`, keyed by the workload's port", source: applier, since: '1.5' },
  'peer-authentication.port-undeclared': {
    says: 'only for ports that a Service declares',
    source: 'istio/istio releasenotes/notes/peer-authn-port-level-pass-through-filter.yaml',
    since: '1.5',
    until: '1.9',
  },
  'peer-authentication.workload': {
    says: "a policy with a selector, in the workload's namespace",
    source: applier,
    since: '1.5',
  },
  'peer-authentication.namespace': { says: 'a policy without a selector', source: applier, since: '1.5' },
  'peer-authentication.mesh': {
    says: 'a policy without a selector, in the root namespace',
    source: applier,
    since: '1.5',
  },
  'peer-authentication.none': { says: 'nothing applies: PERMISSIVE', source: applier, since: '1.5' },
  'peer-authentication.unset': { says: 'UNSET takes what is above it', source: applier, since: '1.5' },
  'peer-authentication.oldest-wins': {
    says: 'of several at one level the oldest counts, whole',
    source: authentication,
    since: '1.5',
  },
  'peer-authentication.joined-name': {
    says: 'of two made in the same second the first by `name.namespace`, so `a-b` before `a`; after, by name',
    source: 'istio/istio@1.22.8 pilot/pkg/model/config.go',
    since: '1.5',
    until: '1.23',
  },
  'peer-authentication.root-selector': {
    says: 'a policy with a selector in the root namespace acts on nothing',
    source: applier,
    since: '1.5',
  },

  'policy.service': { says: 'a Policy with a target: a Service, not pods', source: alpha, until: '1.6' },
  'policy.namespace': { says: 'the Policy called `default`', source: alpha, until: '1.6' },
  'policy.mesh': { says: 'the MeshPolicy called `default`', source: alpha, until: '1.6' },
  'policy.none': { says: 'no Policy at all: DISABLE', source: alpha, until: '1.5' },
  'policy.superseded': {
    says: 'a PeerAuthentication switches the old API off for its workload',
    source: 'istio/istio@1.5.10 pilot/pkg/security/authn/v1beta1/policy_applier.go',
    since: '1.5',
    until: '1.6',
  },

  'api.not-served': { says: 'an object of an API that the release no longer serves', source: crds, since: '1.6' },
  'api.before-v1beta1': { says: 'an object of an API that it does not serve yet', source: crds, until: '1.5' },
  'api.before-v1': { says: 'the same for version v1', source: crds, until: '1.22' },
} as const satisfies Record<string, Rule>;
