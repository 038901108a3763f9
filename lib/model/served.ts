import { reason } from './reason.ts';
import { atLeast, formatRelease } from './release.ts';
import type {
  AuthenticationPolicy,
  DestinationRule,
  KubeObject,
  PeerAuthentication,
  Reason,
  Release,
  World,
} from './types.ts';

/** The policies that the release looks at, by kind, and reasons for those that it does not know. */
export interface Served {
  peerAuthentications: PeerAuthentication[];
  authenticationPolicies: AuthenticationPolicy[];
  destinationRules: DestinationRule[];
  unserved: Reason[];
}

interface Api {
  from: string;
  /** The first release without it. */
  until?: string;
}

const apis: Record<string, Api> = {
  'PeerAuthentication security.istio.io/v1beta1': { from: '1.5' },
  'PeerAuthentication security.istio.io/v1': { from: '1.22' },
  'Policy authentication.istio.io/v1alpha1': { from: '1.0', until: '1.6' },
  'MeshPolicy authentication.istio.io/v1alpha1': { from: '1.0', until: '1.6' },
  'DestinationRule networking.istio.io/v1alpha3': { from: '1.0' },
  'DestinationRule networking.istio.io/v1beta1': { from: '1.5' },
  'DestinationRule networking.istio.io/v1': { from: '1.22' },
};

/** Returns the policies of a world that its release serves; other kinds are left out, and a missing namespace is `default`. */
export function servedPolicies({ mesh: { release }, policies }: World): Served {
  const known = policies.filter((policy) => apiOf(policy) !== undefined).map(inNamespace);
  const served = known.filter((policy) => isServed(policy, release));
  return {
    peerAuthentications: served.filter((policy): policy is PeerAuthentication => policy.kind === 'PeerAuthentication'),
    authenticationPolicies: served.filter(
      (policy): policy is AuthenticationPolicy => policy.kind === 'Policy' || policy.kind === 'MeshPolicy',
    ),
    destinationRules: served.filter((policy): policy is DestinationRule => policy.kind === 'DestinationRule'),
    unserved: known
      .filter((policy) => !isServed(policy, release))
      .map((policy) =>
        reason(
          'api.not-served',
          `Istio ${formatRelease(release)} does not serve ${policy.kind} of ${policy.apiVersion}: ${policy.metadata.name} does nothing`,
          policy,
        ),
      ),
  };
}

function inNamespace(policy: KubeObject): KubeObject {
  if (policy.kind === 'MeshPolicy' || policy.metadata.namespace !== undefined) return policy;
  return { ...policy, metadata: { ...policy.metadata, namespace: 'default' } };
}

function apiOf({ apiVersion, kind }: KubeObject): Api | undefined {
  return apis[`${kind} ${apiVersion}`];
}

function isServed(policy: KubeObject, release: Release): boolean {
  const api = apiOf(policy);
  if (api === undefined) return false;
  return atLeast(release, api.from) && (api.until === undefined || !atLeast(release, api.until));
}
