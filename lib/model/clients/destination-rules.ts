import type { Reason } from '../expected.ts';
import { reason } from '../reason.ts';
import { decidingWay, type OldWay, type OldWays, oldWayReason, oldWaysOf } from '../rules/rule-gates.ts';
import type { DestinationRule, Mesh, Service } from '../types.ts';
import { hostnameOf, hostOf, mostSpecific } from '../world/hosts.ts';
import { selects } from '../world/labels.ts';
import { nameOf } from '../world/name.ts';
import { exportsOf, type MergedRule, mergeRules } from './merge-rules.ts';
import { sharedKey, sharedRules } from './shared-rules.ts';

/** Where a rule was found. */
export type RulePlace = 'client-namespace' | 'service-namespace' | 'root-namespace';

/** The rule that a client's sidecar follows for a Service. */
export interface FoundRule extends MergedRule {
  place: RulePlace;
}

type LookupMesh = Pick<Mesh, 'release' | 'rootNamespace' | 'exportTo'>;

/** A Service, as a lookup sees it. */
export interface LookupTarget {
  hostname: string;
  namespace: string;
}

interface LookupClient {
  namespace: string;
  labels: Record<string, string>;
}

/** Returns how a lookup sees a Service. */
export function targetOf(service: Service): LookupTarget {
  return { hostname: hostnameOf(service), namespace: service.metadata.namespace ?? 'default' };
}

/**
 * Returns the merged rule that a client follows for a Service, or undefined if none applies. The client's namespace
 * comes first, then the Service's, then the root namespace, and the first with a matching host wins. `exportTo` filters
 * the last two. A client in the root namespace sees that namespace's private rules first. A rule whose workloadSelector
 * selects the client wins over one without. Of rules that were not merged, the newest wins.
 * istio/istio pilot/pkg/model/push_context.go, destinationRule; pilot/pkg/model/sidecar.go, DestinationRule.
 */
export function ruleFor(
  rules: DestinationRule[],
  client: LookupClient,
  target: LookupTarget,
  scope: LookupMesh,
  ways: OldWays = oldWaysOf(scope.release),
): FoundRule | undefined {
  const found = mergedRulesFor(rules, client.namespace, target, scope, ways);
  const selected = found.find(
    ({ rule }) =>
      rule.spec.workloadSelector !== undefined && selects(rule.spec.workloadSelector.matchLabels, client.labels),
  );
  return selected ?? found.findLast(({ rule }) => rule.spec.workloadSelector === undefined);
}

/**
 * Returns every DestinationRule that, by Istio's lookup, may act on requests from a namespace to a Service. These
 * include rules for selected workloads of that namespace. An empty result means that none applies.
 * @param scope the mesh's release and root namespace; by default the newest and `istio-system`
 */
export function destinationRulesFor(
  rules: DestinationRule[],
  clientNamespace: string,
  service: Service,
  scope: LookupMesh = { release: { major: 1, minor: 31 }, rootNamespace: 'istio-system' },
): DestinationRule[] {
  return [...new Set(mergedRulesFor(rules, clientNamespace, targetOf(service), scope).flatMap(({ from }) => from))];
}

/** Returns the merged rules that clients in a namespace may follow for a target, in Istio's order. */
export function mergedRulesFor(
  rules: DestinationRule[],
  clientNamespace: string,
  target: LookupTarget,
  scope: LookupMesh,
  ways: OldWays = oldWaysOf(scope.release),
): FoundRule[] {
  return lookedUp(rules, clientNamespace, target, scope, ways).at(-1)?.found ?? [];
}

/**
 * Returns why a client follows another rule than it would in a later release, or without the mesh's default of
 * exportTo; empty if it does not.
 */
export function foundOtherwise(
  rules: DestinationRule[],
  client: LookupClient,
  target: LookupTarget,
  scope: LookupMesh,
): Reason[] {
  const ways = oldWaysOf(scope.release);
  const comesTo = (some: Iterable<OldWay>, within = scope) => {
    const { rule, place } = ruleFor(rules, client, target, within, new Set(some)) ?? {};
    const { workloadSelector: _, exportTo: __, ...spec } = rule?.spec ?? { host: '' };
    return JSON.stringify([place, spec]);
  };
  const seenWith = (some: OldWays, within = scope) =>
    lookedUp(rules, client.namespace, target, within, some).flatMap(({ candidates, found }) =>
      [...candidates, ...found.flatMap(({ from }) => from)].map(nameOf),
    );
  const named = (...names: string[][]) => rules.filter((rule) => names.flat().includes(nameOf(rule)));
  const way = decidingWay(ways, comesTo);
  const without = new Set([...ways].filter((other) => other !== way));
  const { exportTo: _, ...exporting } = scope;
  return [
    ...(way === undefined ? [] : [oldWayReason(way, named(seenWith(ways), seenWith(without)))]),
    ...(comesTo(ways) === comesTo(ways, exporting)
      ? []
      : [privateByDefault(named(seenWith(ways, exporting)).filter((rule) => exportsOf(rule).length === 0))]),
  ];
}

function privateByDefault(rules: DestinationRule[]): Reason {
  const text = `${rules.map(nameOf).join(' and ')} without exportTo: the mesh configuration makes such rules private, and other namespaces do not see them`;
  return reason('destination-rule.private-by-default', text);
}

/** The result of a lookup at one place. */
interface LookedUp {
  /** The place's rules for the host that matches best. */
  candidates: DestinationRule[];
  /** The merged rules that the client may follow. */
  found: FoundRule[];
}

/** Returns the lookups that Istio makes, in order. It stops at the first place where it finds something. */
function lookedUp(
  given: DestinationRule[],
  clientNamespace: string,
  { hostname, namespace: home }: LookupTarget,
  scope: LookupMesh,
  ways: OldWays,
): LookedUp[] {
  const { rootNamespace } = scope;
  const rules = ways.has('destination-rule.selector-dropped') ? given.map(withoutSelector) : given;
  const isExported = (rule: DestinationRule) => !isPrivate(rule, scope, ways);
  const shared = ways.has('destination-rule.merged-across-namespaces') ? sharedRules(rules, isExported) : undefined;
  const lookUp = (place: RulePlace, namespace: string, isCandidate: (rule: DestinationRule) => boolean): LookedUp => {
    const pool = rules.filter((rule) => rule.metadata.namespace === namespace && isCandidate(rule));
    const host = mostSpecific(pool.map(hostOf), hostname);
    const candidates = pool.filter((rule) => hostOf(rule) === host);
    const merged = shared?.[place === 'client-namespace' ? 'local' : 'exported'].get(sharedKey(namespace, host ?? ''));
    const found = shared === undefined ? mergeRules(candidates, ways) : merged === undefined ? [] : [merged];
    return { candidates, found: found.map((one) => ({ ...one, place })) };
  };
  const exportedBy = (place: RulePlace, namespace: string): LookedUp => {
    const { candidates, found } = lookUp(place, namespace, isExported);
    return { candidates, found: found.filter(({ exportTo }) => isVisible(exportTo, clientNamespace)) };
  };
  const unseen = ways.has('destination-rule.root-private-unseen');
  const local =
    clientNamespace === rootNamespace
      ? lookUp('client-namespace', rootNamespace, (rule) => !unseen && !isExported(rule))
      : lookUp('client-namespace', clientNamespace, isForOwnNamespace);
  if (local.found.length > 0) return [local];
  const ofService = exportedBy('service-namespace', home);
  if (ofService.found.length > 0) return [local, ofService];
  return [local, ofService, exportedBy('root-namespace', rootNamespace)];
}

function withoutSelector(rule: DestinationRule): DestinationRule {
  const { workloadSelector: _, ...spec } = rule.spec;
  return { ...rule, spec };
}

function isForOwnNamespace(rule: DestinationRule): boolean {
  const exportTo = exportsOf(rule);
  return exportTo.length === 0 || ['*', '.', rule.metadata.namespace].some((name) => name && exportTo.includes(name));
}

/**
 * Returns whether a rule is private: exported only to `.`, by itself or by the mesh's default, or from 1.14 to its own
 * namespace by name.
 */
function isPrivate(rule: DestinationRule, { exportTo = {} }: LookupMesh, ways: OldWays): boolean {
  const [only, ...others] = exportsOf(rule);
  if (only === undefined) return exportTo.destinationRule?.includes('.') ?? false;
  if (others.length > 0) return false;
  return only === '.' || (only === rule.metadata.namespace && !ways.has('destination-rule.own-name-exported'));
}

function isVisible(exportTo: string[], namespace: string): boolean {
  return exportTo.length === 0 || exportTo.includes('*') || exportTo.includes(namespace);
}
