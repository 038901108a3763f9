import { holds } from '../rules/rules.ts';
import type { KubeObject, Mesh, Workload, World } from '../types.ts';
import { selects } from '../world/labels.ts';
import { atLeast, type Release } from '../world/release.ts';
import {
  type AuthorizationRule,
  type Fit,
  fitOf,
  type ReadRule,
  reading,
  readRules,
  type SeenRequest,
} from './authorization-rule.ts';

/** security.istio.io AuthorizationPolicy: the fields that sidecars look at. */
export interface AuthorizationPolicy extends KubeObject {
  kind: 'AuthorizationPolicy';
  spec?: {
    action?: string;
    selector?: { matchLabels?: Record<string, string> };
    targetRef?: object;
    targetRefs?: object[];
    rules?: AuthorizationRule[];
  };
}

/** What a server's sidecar does with a client's requests by its AuthorizationPolicies. */
export type Authorization =
  | { is: 'allowed' }
  /** `by` is the policy that denies them, or the first of those that allow others alone. */
  | { is: 'refused'; by: AuthorizationPolicy; how: 'denied' | 'not allowed' }
  /** What is asked decides, such as the path: these policies may refuse some requests. */
  | { is: 'open'; by: AuthorizationPolicy[] };

/**
 * Returns the applied AuthorizationPolicies that act on a workload's sidecar: those of its namespace that select it, and
 * those of the root namespace. Policies that audit or are tried out refuse nothing, and those with targets are for
 * gateways and waypoints.
 * istio/istio pilot/pkg/model/authorization.go, ListAuthorizationPolicies.
 */
export function authorizationsAt(
  { policies, mesh }: Pick<World, 'policies' | 'mesh'>,
  { namespace, labels }: Pick<Workload, 'namespace' | 'labels'>,
): AuthorizationPolicy[] {
  return policies
    .filter((object): object is AuthorizationPolicy => object.kind === 'AuthorizationPolicy')
    .filter(({ metadata }) => [namespace, mesh.rootNamespace].includes(metadata.namespace ?? 'default'))
    .filter(({ spec }) => selects(spec?.selector?.matchLabels ?? {}, labels))
    .filter((policy) => canRefuse(policy, mesh.release));
}

/** Returns whether a policy may refuse requests to sidecars of a release. */
export function canRefuse({ metadata, spec }: AuthorizationPolicy, release: Release): boolean {
  const isForOthers = (spec?.targetRef ?? undefined) !== undefined || (spec?.targetRefs ?? []).length > 0;
  // As Go's strconv.ParseBool reads it. Before 1.10 istiod did not.
  const isTrue = ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(metadata.annotations?.['istio.io/dry-run'] ?? '');
  return spec?.action !== 'AUDIT' && !(isTrue && atLeast(release, '1.10')) && !isForOthers;
}

/** Returns whether it depends on the client's identity whether a policy refuses its requests. */
export function readsIdentity(policy: AuthorizationPolicy): boolean {
  return (rulesOf(policy) ?? []).some((rule) => reading(rule).identity);
}

/** Returns whether a policy names clients by `serviceAccounts`. */
export function readsAccount(policy: AuthorizationPolicy): boolean {
  return (rulesOf(policy) ?? []).some((rule) => reading(rule).account);
}

const read = new WeakMap<AuthorizationPolicy, ReadRule[] | undefined>();

/** Returns a policy's rules as sidecars go by them; undefined if an API server would refuse the policy. */
export function rulesOf(policy: AuthorizationPolicy): ReadRule[] | undefined {
  if (!read.has(policy)) {
    const isKnown = actions.has(policy.spec?.action ?? 'ALLOW');
    read.set(policy, isKnown ? readRules(policy.spec?.rules) : undefined);
  }
  return read.get(policy);
}

const actions: ReadonlySet<string> = new Set(['ALLOW', 'DENY', 'AUDIT', 'CUSTOM']);

/**
 * Returns what AuthorizationPolicies that act on a server's sidecar make of requests: those that any DENY is for are
 * refused; if there is an ALLOW, so are those that none is for. Whom CUSTOM asks is not known.
 * istio/istio pilot/pkg/security/authz/builder/builder.go; tests/integration/security/authz_test.go.
 */
export function authorized(
  acting: readonly AuthorizationPolicy[],
  request: SeenRequest,
  mesh: Pick<Mesh, 'release' | 'trustDomain' | 'trustDomainAliases'>,
): Authorization {
  if (acting.length > 0 && !holds('result.plain-text-denied', mesh.release)) return { is: 'open', by: [...acting] };
  const having = (action: string): Fitted[] =>
    acting
      .filter(({ spec }) => (spec?.action ?? 'ALLOW') === action)
      .map((policy) => ({ policy, fit: fitOfPolicy(policy, request, mesh) }));
  const unreadable = acting.filter((policy) => rulesOf(policy) === undefined);
  if (unreadable.length > 0) return { is: 'open', by: unreadable };
  const [deny, allow, custom] = [having('DENY'), having('ALLOW'), having('CUSTOM')];
  const denying = deny.find(({ fit }) => fit === 'yes');
  if (denying !== undefined) return { is: 'refused', by: denying.policy, how: 'denied' };
  const [first] = allow;
  if (first !== undefined && allow.every(({ fit }) => fit === 'no')) {
    return { is: 'refused', by: first.policy, how: 'not allowed' };
  }
  const isAllowed = first === undefined || allow.some(({ fit }) => fit === 'yes');
  const open = [
    ...deny.filter(({ fit }) => fit === 'maybe'),
    ...custom.filter(({ fit }) => fit !== 'no'),
    ...(isAllowed ? [] : allow.filter(({ fit }) => fit === 'maybe')),
  ];
  return open.length === 0 ? { is: 'allowed' } : { is: 'open', by: open.map(({ policy }) => policy) };
}

interface Fitted {
  policy: AuthorizationPolicy;
  fit: Fit;
}

/** A policy without rules is for no request, so that an ALLOW without any refuses all. */
function fitOfPolicy(
  policy: AuthorizationPolicy,
  request: SeenRequest,
  mesh: Pick<Mesh, 'release' | 'trustDomain' | 'trustDomainAliases'>,
): Fit {
  const { metadata, spec } = policy;
  const narrows = (spec?.action ?? 'ALLOW') === 'ALLOW';
  const fits = (rulesOf(policy) ?? []).map((rule) =>
    fitOf(rule, request, { mesh, namespace: metadata.namespace ?? 'default', narrows }),
  );
  if (fits.includes('yes')) return 'yes';
  return fits.includes('maybe') ? 'maybe' : 'no';
}
