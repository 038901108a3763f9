import type { RuleId } from '../../lib/model/index.ts';

const before110 = 'no cluster of today runs a release before 1.10';
const oldApi = 'no release that a cluster of today runs serves the old API';

const injector = 'a run does not change the ConfigMap of the injector';

const meshConfiguration = 'a run changes no field of the mesh configuration but enableAutoMtls';

const serviceEntry = 'a run knows no ServiceEntries';

const pastSidecar = 'a run takes it for a fault if requests get past a sidecar; the live test of check asks it';

/** Rules without a witness for a live mesh, each with the reason. */
export const notReachable: Partial<Record<RuleId, string>> = {
  'sidecar.pod-labels-ignored': before110,
  'sidecar.port-past': pastSidecar,
  'sidecar.own-port': pastSidecar,
  'client.past-sidecar': pastSidecar,
  'sidecar.never-selected': injector,
  'sidecar.always-selected': injector,
  'sidecar.injection-disabled': injector,
  'auto-mtls.workload-entry': 'a run takes a WorkloadEntry for a fault; the live test of check asks one',
  'auto-mtls.written-endpoint': serviceEntry,
  'auto-mtls.endpoint-in-no-namespace': serviceEntry,
  'auto-mtls.mesh-external': serviceEntry,
  'result.other-account': serviceEntry,
  'auto-mtls.address-alone': 'a run has no Service without a selector; the live test of check asks one',
  'scope.undiscovered': meshConfiguration,
  'stranger.alias-trust-domain': meshConfiguration,
  'impostor.alias-trust-domain': meshConfiguration,
  'policy.service': oldApi,
  'policy.namespace': oldApi,
  'policy.mesh': oldApi,
  'policy.none': oldApi,
  'policy.superseded': oldApi,
  'api.not-served': 'the API server refuses the object',
  'api.before-v1beta1': before110,
  'api.before-v1': 'the API server refuses the object',
  'peer-authentication.port-undeclared': before110,
  'destination-rule.merged-across-namespaces': before110,
  'destination-rule.root-private-unseen': before110,
  'destination-rule.subset-tls-alone': before110,
  'destination-rule.subset-inherits-nothing': before110,
  'destination-rule.subset-masked': before110,
  'destination-rule.subset-not-plain': before110,
  'destination-rule.subset-port-inherits': before110,
  'destination-rule.private-by-default': meshConfiguration,
  'auto-mtls.pass-through-plain': before110,
  'auto-mtls.pass-through-left-out': before110,
  'auto-mtls.balanced-unseen': before110,
  'destination-rule.selector-dropped':
    'the API server does not store the selector, and a step whose objects are not stored as they were applied is inconclusive',
  'result.plain-text-ended': before110,
  'result.passed-on': 'the witnesses speak HTTP alone; the suite protocols asks it',
};
