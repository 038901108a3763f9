import type { RuleId } from '../rules/rules.ts';
import { isEmptySelector, isSelectedBy, type LabelSelector } from './label-selectors.ts';

/** Who gives pods a sidecar. */
export interface Injection {
  /** The webhooks that the API server asks; those of Istio's own charts, for any revision, if absent. */
  webhooks?: readonly InjectionWebhook[];
  /** The revision that a tag stands for. */
  tags: ReadonlyMap<string, string>;
  /** What each revision's injector goes by. */
  settings: ReadonlyMap<string, InjectorSettings>;
}

/** A webhook of a MutatingWebhookConfiguration that asks an injector. */
export interface InjectionWebhook {
  /** The revision of the istiod that it asks. */
  revision: string;
  namespaceSelector?: LabelSelector;
  objectSelector?: LabelSelector;
}

/** The part of the ConfigMap `istio-sidecar-injector` that decides who gets a sidecar. */
export interface InjectorSettings {
  /** What is done where nothing else decides; `enabled` if absent. */
  policy?: string;
  neverInjectSelector?: LabelSelector[];
  alwaysInjectSelector?: LabelSelector[];
  /** Whether namespaces without any label count as those with. */
  enableNamespacesByDefault?: boolean;
}

/** What Istio's charts install where nothing else is said. */
export const usualInjection: Injection = { tags: new Map(), settings: new Map() };

/** Rules of injection that have ended, by the release that ended each. */
export const oldRules = [
  'sidecar.pod-labels-ignored',
  'sidecar.annotation-alone',
  'sidecar.other-values',
] as const satisfies RuleId[];

export type OldRule = (typeof oldRules)[number];

type Labels = Record<string, string>;

/** What an injector looks at of a pod. */
interface InjectedPod {
  namespace: string;
  hostNetwork: boolean;
  labels?: Labels;
  annotations?: Labels;
}

interface Injected {
  sidecar: boolean;
  /** The rule of the injector's settings that decided; undefined if none did. */
  by?: RuleId;
}

const injectKey = 'sidecar.istio.io/inject';
const revisionKey = 'istio.io/rev';
const defaultRevision = 'default';

/** Namespaces of Kubernetes' own, in which no pod gets a sidecar: istio/istio pkg/kube/inject/inject.go, IgnoredNamespaces. */
export const ignoredNamespaces: readonly string[] = [
  'kube-system',
  'kube-public',
  'kube-node-lease',
  'local-path-storage',
];

/**
 * Returns whether the injection webhook gives the pod a sidecar. Labels decide whether the webhook is called: before
 * 1.10 only the namespace's, from then on also the pod's. The webhook then looks at the annotation, which the pod's
 * label overrides from 1.12; without either, at the selectors of its settings, first at those for no sidecar.
 * istio/istio manifests/charts/istio-control/istio-discovery/templates/mutatingwebhook.yaml; pkg/kube/inject/inject.go,
 * injectRequired.
 */
export function injectionOf(
  { namespace, hostNetwork, labels = {}, annotations = {} }: InjectedPod,
  namespaceLabels: Labels,
  injection: Injection,
  rules: readonly OldRule[],
): Injected {
  if (hostNetwork || ignoredNamespaces.includes(namespace)) return { sidecar: false };
  const called = rules.includes('sidecar.pod-labels-ignored') && injection.webhooks === undefined ? {} : labels;
  const revision = injectingRevision(injection, { name: namespace, labels: namespaceLabels }, called);
  if (revision === undefined) return { sidecar: false };
  const label = rules.includes('sidecar.annotation-alone') ? undefined : labels[injectKey];
  const said = label ?? annotations[injectKey] ?? '';
  const isOld = rules.includes('sidecar.other-values');
  if (isOld && said !== '') return { sidecar: ['y', 'yes', 'true', 'on'].includes(said.toLowerCase()) };
  if (['true', 'false'].includes(said)) return { sidecar: said === 'true' };
  return bySettings(injection.settings.get(revision) ?? {}, labels);
}

function bySettings(
  { policy = 'enabled', neverInjectSelector = [], alwaysInjectSelector = [] }: InjectorSettings,
  labels: Labels,
): Injected {
  const isAmong = (selectors: LabelSelector[]) =>
    selectors.some((selector) => !isEmptySelector(selector) && isSelectedBy(selector, labels));
  if (isAmong(neverInjectSelector)) return { sidecar: false, by: 'sidecar.never-selected' };
  if (policy === 'enabled') return { sidecar: true };
  return isAmong(alwaysInjectSelector) && policy === 'disabled'
    ? { sidecar: true, by: 'sidecar.always-selected' }
    : { sidecar: false, by: 'sidecar.injection-disabled' };
}

/** Returns the revision of the injector that is asked about a pod; undefined if none is. */
export function injectingRevision(
  { webhooks, tags, settings }: Injection,
  namespace: { name: string; labels: Labels },
  podLabels: Labels,
): string | undefined {
  const namespaceLabels = { 'kubernetes.io/metadata.name': namespace.name, ...namespace.labels };
  const asking = webhooks?.find(
    ({ namespaceSelector = {}, objectSelector = {} }) =>
      isSelectedBy(namespaceSelector, namespaceLabels) && isSelectedBy(objectSelector, podLabels),
  );
  if (webhooks !== undefined) return asking?.revision;
  const byDefault = settings.get(defaultRevision)?.enableNamespacesByDefault ?? false;
  const named = usualRevision(namespace.labels, podLabels, byDefault);
  return named === undefined ? undefined : (tags.get(named) ?? named);
}

/** Returns the revision or tag whose webhook is asked where Istio's charts have made the webhooks. */
function usualRevision(namespaceLabels: Labels, podLabels: Labels, byDefault: boolean): string | undefined {
  if (podLabels[injectKey] === 'false') return undefined;
  const injection = namespaceLabels['istio-injection'];
  if (injection !== undefined) return injection === 'enabled' ? defaultRevision : undefined;
  const named = namespaceLabels[revisionKey] ?? podLabels[revisionKey];
  if (named !== undefined) return named;
  return podLabels[injectKey] === 'true' || (byDefault && podLabels[injectKey] === undefined)
    ? defaultRevision
    : undefined;
}
