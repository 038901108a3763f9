import { holds } from '../rules/rules.ts';
import type { KubeObject, Workload, World } from '../types.ts';
import { selects } from '../world/labels.ts';

/** security.istio.io AuthorizationPolicy: only the fields that tell whether it denies plain text and nothing else. */
interface AuthorizationPolicy extends KubeObject {
  kind: 'AuthorizationPolicy';
  spec?: {
    action?: string;
    selector?: { matchLabels?: Record<string, string> };
    rules?: { from?: { source?: { notPrincipals?: string[] } }[] }[];
  };
}

/** What the applied AuthorizationPolicies are to a workload. */
export interface Authorization {
  /** The first that denies plain text; undefined if none does. */
  denyingPlainText: KubeObject | undefined;
  /** Those of any other form, of which the model does not know what they do. */
  unknown: KubeObject[];
}

/**
 * Returns the applied AuthorizationPolicies that act on a workload's sidecar: those of its namespace that select it, and
 * those of the root namespace. One form is known: DENY of clients without a principal, `notPrincipals: ["*"]`. Only
 * mutual TLS gives a client one.
 * istio/istio pilot/pkg/model/authorization.go, ListAuthorizationPolicies; pilot/pkg/security/authz/model/generator.go,
 * srcPrincipalGenerator; tests/integration/security/authz_test.go, TestAuthz_DenyPlaintext.
 */
export function authorizationAt(
  { policies, mesh }: Pick<World, 'policies' | 'mesh'>,
  { namespace, labels }: Workload,
): Authorization {
  const acting = policies
    .filter((object): object is AuthorizationPolicy => object.kind === 'AuthorizationPolicy')
    .filter(({ metadata }) => [namespace, mesh.rootNamespace].includes(metadata.namespace ?? 'default'))
    .filter(({ spec }) => selects(spec?.selector?.matchLabels ?? {}, labels));
  const isKnown = (policy: AuthorizationPolicy): boolean =>
    holds('result.plain-text-denied', mesh.release) && isDenyOfPlainText(policy);
  return { denyingPlainText: acting.find(isKnown), unknown: acting.filter((policy) => !isKnown(policy)) };
}

/** The form that the model knows, but for the selector. */
const known = { action: 'DENY', rules: [{ from: [{ source: { notPrincipals: ['*'] } }] }] };

function isDenyOfPlainText({ metadata, spec }: AuthorizationPolicy): boolean {
  const { action, rules, selector: _, ...others } = spec ?? {};
  const isDryRun = metadata.annotations?.['istio.io/dry-run'] !== undefined;
  return !isDryRun && Object.keys(others).length === 0 && JSON.stringify({ action, rules }) === JSON.stringify(known);
}
