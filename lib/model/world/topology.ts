import { decidingWay } from '../rules/rule-gates.ts';
import { holds } from '../rules/rules.ts';
import type { KubeObject, Service, Workload } from '../types.ts';
import { type Injection, injectionOf, type OldRule, oldRules, usualInjection } from './injection.ts';
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

/**
 * Reads from manifests what Istio's rules look at: the workloads of the Deployments, and the Services. Also needs the
 * Namespaces, and ignores other kinds. An object without a namespace is in `default`.
 * @param release the release that injects sidecars; by default the newest
 * @param injection who injects them, and what decides besides the labels of namespaces and pods; by default nothing does
 */
export function topologyOf(
  objects: KubeObject[],
  release?: Release,
  injection = usualInjection,
): { workloads: Workload[]; services: Service[] } {
  const namespaceLabels = new Map(
    objects.filter((object) => object.kind === 'Namespace').map(({ metadata }) => [metadata.name, metadata.labels]),
  );
  return {
    workloads: objects
      .filter((object): object is GivenDeployment => object.kind === 'Deployment')
      .map((deployment) =>
        workloadOf(deployment, { labels: namespaceLabels.get(namespaceOf(deployment)) ?? {}, release, injection }),
      ),
    services: objects
      .filter((object): object is Service => object.kind === 'Service')
      .map((service) => ({ ...service, metadata: { ...service.metadata, namespace: namespaceOf(service) } })),
  };
}

interface Around {
  /** The labels of the namespace. */
  labels: Record<string, string>;
  release: Release | undefined;
  injection: Injection;
}

function workloadOf(deployment: GivenDeployment, { labels, release, injection }: Around): Workload {
  const { template } = deployment.spec;
  const namespace = namespaceOf(deployment);
  const containers = template.spec?.containers ?? [];
  const holding = oldRules.filter((rule) => release !== undefined && holds(rule, release));
  const pod = { ...template.metadata, namespace, hostNetwork: template.spec?.hostNetwork ?? false };
  const injected = (rules: OldRule[]) => injectionOf(pod, labels, injection, rules);
  const carries = carriesProxy(template);
  const hasProxy = (rules: OldRule[]) => carries || injected(rules).sidecar;
  const sidecar = hasProxy(holding);
  const redirection = redirectionOf(template.metadata?.annotations);
  const injectedBy = decidingWay(holding, hasProxy) ?? (carries ? undefined : injected(holding).by);
  return {
    name: deployment.metadata.name,
    namespace,
    labels: template.metadata?.labels ?? {},
    serviceAccount: template.spec?.serviceAccountName ?? 'default',
    sidecar,
    hostNetwork: pod.hostNetwork,
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

function namespaceOf(object: KubeObject): string {
  return object.metadata.namespace ?? 'default';
}
