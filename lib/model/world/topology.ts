import { decidingWay } from '../rules/rule-gates.ts';
import { holds, type RuleId } from '../rules/rules.ts';
import type { KubeObject, Service, Workload } from '../types.ts';
import { redirectionOf } from './redirection.ts';
import type { Release } from './release.ts';

interface GivenContainer {
  name: string;
  ports?: { name?: string; containerPort: number; protocol?: string }[];
}

interface PodTemplate {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
  spec?: {
    serviceAccountName?: string;
    hostNetwork?: boolean;
    containers?: GivenContainer[];
    initContainers?: GivenContainer[];
  };
}

/** A Deployment as somebody wrote it: much of it may be left out. */
interface GivenDeployment extends KubeObject {
  kind: 'Deployment';
  spec: { replicas?: number; template: PodTemplate };
}

const proxyContainer = 'istio-proxy';
const injectKey = 'sidecar.istio.io/inject';
const revisionKey = 'istio.io/rev';

/** istio/istio pkg/kube/inject/inject.go, IgnoredNamespaces. */
const neverInjected = ['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage'];

/**
 * Reads from manifests what Istio's rules look at: the workloads of the Deployments, and the Services. Also needs the
 * Namespaces, and ignores other kinds. An object without a namespace is in `default`.
 * @param release the release that injects sidecars; by default the newest
 */
export function topologyOf(objects: KubeObject[], release?: Release): { workloads: Workload[]; services: Service[] } {
  const namespaceLabels = new Map(
    objects.filter((object) => object.kind === 'Namespace').map(({ metadata }) => [metadata.name, metadata.labels]),
  );
  return {
    workloads: objects
      .filter((object): object is GivenDeployment => object.kind === 'Deployment')
      .map((deployment) => workloadOf(deployment, namespaceLabels.get(namespaceOf(deployment)) ?? {}, release)),
    services: objects
      .filter((object): object is Service => object.kind === 'Service')
      .map((service) => ({ ...service, metadata: { ...service.metadata, namespace: namespaceOf(service) } })),
  };
}

/** Rules of injection that have ended, by the release that ended each. */
const oldRules = [
  'sidecar.pod-labels-ignored',
  'sidecar.annotation-alone',
  'sidecar.other-values',
] as const satisfies RuleId[];

type OldRule = (typeof oldRules)[number];

function workloadOf(deployment: GivenDeployment, namespaceLabels: Record<string, string>, release?: Release): Workload {
  const { template } = deployment.spec;
  const namespace = namespaceOf(deployment);
  const containers = template.spec?.containers ?? [];
  const holding = oldRules.filter((rule) => release !== undefined && holds(rule, release));
  const hasProxy = (rules: OldRule[]) =>
    carriesProxy(template) || isInjected(template, namespace, namespaceLabels, rules);
  const sidecar = hasProxy(holding);
  const redirection = redirectionOf(template.metadata?.annotations);
  const injectedBy = decidingWay(holding, hasProxy);
  return {
    name: deployment.metadata.name,
    namespace,
    labels: template.metadata?.labels ?? {},
    serviceAccount: template.spec?.serviceAccountName ?? 'default',
    sidecar,
    hostNetwork: template.spec?.hostNetwork ?? false,
    ...(injectedBy === undefined ? {} : { injectedBy }),
    ports: containers
      .filter((container) => container.name !== proxyContainer)
      .flatMap((container) => container.ports ?? [])
      .map(({ name, containerPort }) => ({ ...(name === undefined ? {} : { name }), port: containerPort })),
    containers: containers.flatMap(({ name = '' }) => (name === proxyContainer ? [] : [name])),
    replicas: deployment.spec.replicas ?? 1,
    ...(redirection !== undefined && { redirection }),
  };
}

/** Returns whether a template has the proxy from `istioctl kube-inject`, which is an init container from 1.27. */
function carriesProxy({ spec }: PodTemplate): boolean {
  return [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].some(({ name }) => name === proxyContainer);
}

/**
 * Returns whether the injection webhook gives the pod a sidecar. Labels decide whether the webhook is called: before
 * 1.10 only the namespace's, from then on also the pod's. The webhook then looks at the annotation, which the pod's
 * label overrides from 1.12.
 * istio/istio manifests/charts/istio-control/istio-discovery/templates/mutatingwebhook.yaml; pkg/kube/inject/inject.go,
 * injectRequired.
 */
function isInjected(
  template: PodTemplate,
  namespace: string,
  namespaceLabels: Record<string, string>,
  rules: OldRule[],
): boolean {
  if (template.spec?.hostNetwork || neverInjected.includes(namespace)) return false;
  const podLabels = rules.includes('sidecar.pod-labels-ignored') ? {} : (template.metadata?.labels ?? {});
  if (!webhookIsAsked(namespaceLabels, podLabels)) return false;
  const annotation = template.metadata?.annotations?.[injectKey];
  const label = rules.includes('sidecar.annotation-alone') ? undefined : podLabels[injectKey];
  const said = label ?? annotation ?? '';
  if (rules.includes('sidecar.other-values')) return ['', 'y', 'yes', 'true', 'on'].includes(said.toLowerCase());
  return said !== 'false';
}

function webhookIsAsked(namespaceLabels: Record<string, string>, podLabels: Record<string, string>): boolean {
  if (podLabels[injectKey] === 'false') return false;
  const injection = namespaceLabels['istio-injection'];
  if (injection !== undefined) return injection === 'enabled';
  if (namespaceLabels[revisionKey] !== undefined) return true;
  return podLabels[injectKey] === 'true' || podLabels[revisionKey] !== undefined;
}

function namespaceOf(object: KubeObject): string {
  return object.metadata.namespace ?? 'default';
}
