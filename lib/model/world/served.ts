import { kindNamed, type MeshKind, type Version } from '../../kinds/index.ts';
import type { Reason } from '../expected.ts';
import { reason } from '../reason.ts';
import type { RuleId } from '../rules/rules.ts';
import type { AuthenticationPolicy, DestinationRule, KubeObject, PeerAuthentication, World } from '../types.ts';
import { nameOf } from './name.ts';
import { atLeast, formatRelease, isWithin, type Release } from './release.ts';

/** The policies that the release serves, by kind, and a reason for each one that it does not serve. */
export interface ServedPolicies {
  peerAuthentications: PeerAuthentication[];
  authenticationPolicies: AuthenticationPolicy[];
  destinationRules: DestinationRule[];
  unserved: Reason[];
}

/** The rule by which a release does not serve a version yet. */
const notYet: Partial<Record<string, RuleId>> = { v1beta1: 'api.before-v1beta1', v1: 'api.before-v1' };

/** Returns the versions of a kind that a release serves, newest first. */
export function versionsOn(release: Release, { versions = [] }: Pick<MeshKind, 'versions'>): string[] {
  return versions.filter((version) => isWithin(release, version)).map(({ name }) => name);
}

/** Returns the policies of a world that its release serves. Omits other kinds; a missing namespace means `default`. */
export function servedPolicies({ mesh: { release }, policies }: World): ServedPolicies {
  const known = policies.filter((policy) => versionOf(policy) !== undefined).map(inNamespace);
  const unservedBy = (policy: KubeObject): RuleId | undefined => whyUnserved(versionOf(policy), release);
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
  if (kindNamed(policy.kind)?.scope === 'cluster' || policy.metadata.namespace !== undefined) return policy;
  return { ...policy, metadata: { ...policy.metadata, namespace: 'default' } };
}

/** Returns the version of the API that an object is of; undefined if the model does not take the kind in full. */
function versionOf({ apiVersion, kind }: KubeObject): Version | undefined {
  const known = kindNamed(kind);
  if (known === undefined || known.owner === 'Kubernetes' || known.model !== 'whole') return undefined;
  return known.versions?.find(({ name }) => `${known.group}/${name}` === apiVersion);
}

function whyUnserved(version: Version | undefined, release: Release): RuleId | undefined {
  if (version === undefined || isWithin(release, version)) return undefined;
  return version.until !== undefined && atLeast(release, version.until) ? 'api.not-served' : notYet[version.name];
}
