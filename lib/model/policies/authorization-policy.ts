import { holds } from '../rules/rules.ts';
import type { KubeObject, Mesh, Workload, World } from '../types.ts';
import { selects } from '../world/labels.ts';
import { type AuthorizationRule, type Fit, fitOf, reading, type SeenRequest } from './authorization-rule.ts';

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
    .filter(canRefuse);
}

/** Returns whether a policy may refuse requests to sidecars. */
export function canRefuse({ metadata, spec }: AuthorizationPolicy): boolean {
  const isForOthers = spec?.targetRef !== undefined || (spec?.targetRefs ?? []).length > 0;
  // As Go's strconv.ParseBool reads it.
  const isDryRun = ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(
    metadata.annotations?.['istio.io/dry-run'] ?? 'false',
  );
  return spec?.action !== 'AUDIT' && !isDryRun && !isForOthers;
}

/** Returns whether it depends on the client's identity whether a policy refuses its requests. */
export function readsIdentity({ spec }: AuthorizationPolicy): boolean {
  return (spec?.rules ?? []).some((rule) => reading(rule).identity);
}

/** Returns whether a policy names clients by `serviceAccounts`. */
export function readsAccount({ spec }: AuthorizationPolicy): boolean {
  return (spec?.rules ?? []).some((rule) => reading(rule).account);
}

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
  { metadata, spec }: AuthorizationPolicy,
  request: SeenRequest,
  mesh: Pick<Mesh, 'release' | 'trustDomain' | 'trustDomainAliases'>,
): Fit {
  const { action = 'ALLOW', rules = [] } = spec ?? {};
  const fits = rules.map((rule) =>
    fitOf(rule, request, { mesh, namespace: metadata.namespace ?? 'default', narrows: action === 'ALLOW' }),
  );
  if (fits.includes('yes')) return 'yes';
  return fits.includes('maybe') ? 'maybe' : 'no';
}
