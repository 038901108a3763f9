import { pushContext, type Rule, sidecarScope } from './rule.ts';

/** Rules about what a client's sidecar knows of the mesh. */
export const scopeRules = {
  'scope.not-exported': {
    says: "the Service's annotation `networking.istio.io/exportTo`, or `defaultServiceExportTo` of the mesh configuration, leaves out the client's namespace",
    source: pushContext,
  },
  'scope.undiscovered': {
    says: "`discoverySelectors` of the mesh configuration leave out the Service's namespace",
    source: 'istio.io Global Mesh Options, discoverySelectors',
  },
  'scope.workload': {
    says: 'a Sidecar with `workloadSelector` for the client, in its namespace, leaves the Service out of its egress `hosts`; where there is one, no other Sidecar counts',
    source: sidecarScope,
  },
  'scope.namespace': { says: 'so does one for all of the namespace', source: sidecarScope },
  'scope.root': {
    says: 'so does one of the root namespace for all namespaces without their own',
    source: sidecarScope,
  },
  'scope.excluded': {
    says: 'a host with `~` before its namespace leaves out what others take in',
    source: 'istio/istio releasenotes/notes/60139.yaml',
    since: '1.31',
  },
  'scope.namespace-hosts-alone': {
    says: 'a host for a namespace keeps those for all namespaces (`*/…`) from counting for its Services',
    source: 'istio/istio@1.14.6 pilot/pkg/model/sidecar.go',
    since: '1.11',
    until: '1.15',
  },
  'scope.route-not-exported': {
    says: "a VirtualService that is not exported to the client's namespace routes none of its requests",
    source: pushContext,
  },
} as const satisfies Record<string, Rule>;
