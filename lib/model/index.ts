// What others use of this room.

export { identityOf } from './clients/attempt.ts';
export { destinationRulesFor, ruleFor, targetOf } from './clients/destination-rules.ts';
export { subsetHeader, subsetsLedTo } from './clients/subset-route.ts';
export { expectationOf, expectationUnlessRefused } from './expectation.ts';
export {
  type Expectation,
  type ExpectedOutcome,
  type Outcome,
  outcome,
  type Protocol,
  protocol,
  type Reason,
  reason,
} from './expected.ts';
export { type KubeletProbe, kubeletProbeResult } from './kubelet-probes.ts';
export { httpListenerOf } from './not-judged.ts';
export type { ServicePort } from './policies/authentication-policy.ts';
export {
  type AuthorizationPolicy,
  authorizationsAt,
  authorized,
  canRefuse,
  readsIdentity,
  rulesOf,
} from './policies/authorization-policy.ts';
export { type ServerMode, scopeMode } from './policies/peer-authentication.ts';
export { acceptedMode, meshDefault, serverMode } from './policies/server-mode.ts';
export { type AppliedSidecar, hiddenBy, sidecarFor } from './policies/sidecar-scope.ts';
export { predict } from './predict.ts';
export { workloadName } from './reason.ts';
export { clientRules } from './rules/client.ts';
export { gatesBetween } from './rules/gates.ts';
export { resultRules } from './rules/result.ts';
export type { Rule } from './rules/rule.ts';
export { holds, type RuleId, rules } from './rules/rules.ts';
export { scopeRules } from './rules/scope.ts';
export { serverRules } from './rules/server.ts';
export { strangerRules } from './rules/stranger.ts';
export { type Greeting, greetingOf } from './server-first.ts';
export { identitiesOf, otherTrustDomain, type Reception, receptionOf, receptionOfImpostor } from './strangers.ts';
export type {
  AuthenticationPolicy,
  Container,
  Deployment,
  DestinationRule,
  Impostor,
  KubeObject,
  Mesh,
  MtlsMode,
  ObjectChange,
  ObjectMeta,
  PeerAuthentication,
  Question,
  Redirection,
  Service,
  Stranger,
  TlsMode,
  TrafficPolicy,
  Workload,
  World,
  WrittenEndpoint,
} from './types.ts';
export { isAddress, isAmong } from './world/addresses.ts';
export {
  aliasTarget,
  backing,
  type Endpoint,
  endpointsOf,
  isExternalName,
  isHeadless,
  knownAs,
  serviceNamed,
  servicePort,
  servicesAsked,
  workloadNamed,
  workloadsAsked,
} from './world/endpoints.ts';
export { isSeenFrom } from './world/exports.ts';
export { hostMatches, hostnameOf, isHostOf, resolveHost } from './world/hosts.ts';
export {
  type Injection,
  type InjectionWebhook,
  type InjectorSettings,
  ignoredNamespaces,
  injectingRevision,
} from './world/injection.ts';
export { isSelectedBy, type LabelSelector } from './world/label-selectors.ts';
export { announcesMutualTls, hasSidecar, selects } from './world/labels.ts';
export { isLike, nameOf, pathOf } from './world/name.ts';
export { declaredProtocol, declaresProtocol, isPassedOn, protocolTaken } from './world/protocol.ts';
export { passing, pastServer, redirectionOf, redirectionWith } from './world/redirection.ts';
export { atLeast, formatRelease, type Gate, gateWords, isWithin, parseRelease, type Release } from './world/release.ts';
export { logicalNames, placeInRun } from './world/rename.ts';
export { servedPolicies, versionsOn } from './world/served.ts';
export { hostEndpoints, hostsIn, isItself, type ServiceEntry } from './world/service-entries.ts';
export { topologyOf } from './world/topology.ts';
export { unseenBy } from './world/unseen.ts';
export { entriesOf, entryEndpoints } from './world/workload-entries.ts';
