import { hostnameOf, hostOf, mostSpecific } from './hosts.ts';
import { selects } from './labels.ts';
import { exportsOf, type MergedRule, mergeRules } from './merge-rules.ts';
import type { DestinationRule, Mesh, Service } from './types.ts';

/** Where a rule was found. */
export type Place = 'client-namespace' | 'service-namespace' | 'root-namespace';

/** The rule that a client's sidecar follows for a Service. */
export interface FoundRule extends MergedRule {
  place: Place;
}

type Scope = Pick<Mesh, 'release' | 'rootNamespace'>;

/** What is asked, as a lookup sees it. */
export interface Target {
  hostname: string;
  namespace: string;
}

/** Returns how a lookup sees a Service. */
export function targetOf(service: Service): Target {
  return { hostname: hostnameOf(service), namespace: service.metadata.namespace ?? 'default' };
}

/**
 * Returns the rule that a client follows for a Service, merged, or undefined where none applies.
 * The client's namespace comes first, then the Service's, then the root namespace, and the first with a matching host
 * wins; `exportTo` filters the last two. A client in the root namespace sees that namespace's private rules first.
 * A rule whose workloadSelector selects the client wins over one without; of rules that were not merged, the newest wins.
 * istio/istio pilot/pkg/model/push_context.go, destinationRule; pilot/pkg/model/sidecar.go, DestinationRule.
 */
export function ruleFor(
  rules: DestinationRule[],
  client: { namespace: string; labels: Record<string, string> },
  target: Target,
  scope: Scope,
): FoundRule | undefined {
  const found = mergedRulesFor(rules, client.namespace, target, scope);
  const selected = found.find(
    ({ rule }) =>
      rule.spec.workloadSelector !== undefined && selects(rule.spec.workloadSelector.matchLabels, client.labels),
  );
  return selected ?? found.findLast(({ rule }) => rule.spec.workloadSelector === undefined);
}

/**
 * Returns every DestinationRule that may act on requests from a namespace to a Service, by Istio's rules of lookup;
 * rules for selected workloads of that namespace are among them. Empty means that none applies.
 * Takes the mesh's release and root namespace where they are not the newest and `istio-system`.
 */
export function destinationRulesFor(
  rules: DestinationRule[],
  clientNamespace: string,
  service: Service,
  scope: Scope = { release: { major: 1, minor: 31 }, rootNamespace: 'istio-system' },
): DestinationRule[] {
  return [...new Set(mergedRulesFor(rules, clientNamespace, targetOf(service), scope).flatMap(({ from }) => from))];
}

/** Returns the rules that the clients of a namespace may follow for a target, merged, in Istio's order. */
export function mergedRulesFor(
  rules: DestinationRule[],
  clientNamespace: string,
  { hostname, namespace: home }: Target,
  { release, rootNamespace }: Scope,
): FoundRule[] {
  const lookUp = (place: Place, namespace: string, isCandidate: (rule: DestinationRule) => boolean): FoundRule[] => {
    const pool = rules.filter((rule) => rule.metadata.namespace === namespace && isCandidate(rule));
    const host = mostSpecific(pool.map(hostOf), hostname);
    const merged = mergeRules(
      pool.filter((rule) => hostOf(rule) === host),
      release,
    );
    return merged.map((one) => ({ ...one, place }));
  };
  const exportedBy = (place: Place, namespace: string) =>
    lookUp(place, namespace, (rule) => !isPrivate(rule)).filter(({ exportTo }) => isVisible(exportTo, clientNamespace));

  const local =
    clientNamespace === rootNamespace
      ? lookUp('client-namespace', rootNamespace, isPrivate)
      : lookUp('client-namespace', clientNamespace, isForOwnNamespace);
  if (local.length > 0) return local;
  const ofService = exportedBy('service-namespace', home);
  return ofService.length > 0 ? ofService : exportedBy('root-namespace', rootNamespace);
}

function isForOwnNamespace(rule: DestinationRule): boolean {
  const exportTo = exportsOf(rule);
  return exportTo.length === 0 || ['*', '.', rule.metadata.namespace].some((name) => name && exportTo.includes(name));
}

function isPrivate(rule: DestinationRule): boolean {
  const exportTo = exportsOf(rule);
  return exportTo.length === 1 && (exportTo[0] === '.' || exportTo[0] === rule.metadata.namespace);
}

function isVisible(exportTo: string[], namespace: string): boolean {
  return exportTo.length === 0 || exportTo.includes('*') || exportTo.includes(namespace);
}
