import { nameOf } from './name.ts';
import { reason } from './reason.ts';
import { formatRelease } from './release.ts';
import { holds, type RuleId } from './rules.ts';
import type { AuthenticationPolicy, DestinationRule, KubeObject, PeerAuthentication, Reason, World } from './types.ts';

/** The policies that the release serves, by kind, and a reason for each one that it does not serve. */
export interface Served {
  peerAuthentications: PeerAuthentication[];
  authenticationPolicies: AuthenticationPolicy[];
  destinationRules: DestinationRule[];
  unserved: Reason[];
}

/** Every API that the model knows, with the rule by which some releases do not serve it. */
const apis = new Map<string, RuleId | undefined>([
  ['PeerAuthentication security.istio.io/v1beta1', 'api.before-v1beta1'],
  ['PeerAuthentication security.istio.io/v1', 'api.before-v1'],
  ['Policy authentication.istio.io/v1alpha1', 'api.not-served'],
  ['MeshPolicy authentication.istio.io/v1alpha1', 'api.not-served'],
  ['DestinationRule networking.istio.io/v1alpha3', undefined],
  ['DestinationRule networking.istio.io/v1beta1', 'api.before-v1beta1'],
  ['DestinationRule networking.istio.io/v1', 'api.before-v1'],
]);

/** Returns the policies of a world that its release serves. Omits other kinds; a missing namespace means `default`. */
export function servedPolicies({ mesh: { release }, policies }: World): Served {
  const known = policies.filter((policy) => apis.has(apiOf(policy))).map(inNamespace);
  const unservedBy = (policy: KubeObject): RuleId | undefined => {
    const rule = apis.get(apiOf(policy));
    return rule !== undefined && holds(rule, release) ? rule : undefined;
  };
  const served = known.filter((policy) => unservedBy(policy) === undefined);
  return {
    peerAuthentications: served.filter((policy): policy is PeerAuthentication => policy.kind === 'PeerAuthentication'),
    authenticationPolicies: served.filter(
      (policy): policy is AuthenticationPolicy => policy.kind === 'Policy' || policy.kind === 'MeshPolicy',
    ),
    destinationRules: served.filter((policy): policy is DestinationRule => policy.kind === 'DestinationRule'),
    unserved: known.flatMap((policy) => {
      const rule = unservedBy(policy);
      const { kind, apiVersion } = policy;
      const text = `Istio ${formatRelease(release)} does not serve ${kind} of ${apiVersion}: ${nameOf(policy)} does nothing`;
      return rule === undefined ? [] : [reason(rule, text, policy)];
    }),
  };
}

function inNamespace(policy: KubeObject): KubeObject {
  if (policy.kind === 'MeshPolicy' || policy.metadata.namespace !== undefined) return policy;
  return { ...policy, metadata: { ...policy.metadata, namespace: 'default' } };
}

function apiOf({ apiVersion, kind }: KubeObject): string {
  return `${kind} ${apiVersion}`;
}
