import { type KubernetesName, kinds, meshKinds, typeOf } from '../../kinds/index.ts';

/** What a survey lists on a cluster of Kubernetes' own kinds. The mesh configuration is read by name. */
export const clusterKinds = [
  'Namespace',
  'Service',
  'Pod',
  'Deployment',
  'EndpointSlice',
  'Ingress',
] as const satisfies readonly KubernetesName[];

/** Kinds whose pods are a workload, with the path to what the pods are made from. A Pod is its own template. */
export const templatePaths: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
  Pod: [],
};

/** Groups of these kinds, since others have kinds of the same name, such as Knative's Service. */
const groups: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.keys(templatePaths).map((kind) => [kind, 'apps'])),
  Job: 'batch',
  CronJob: 'batch',
  Pod: '',
  // Whom the injector is asked about.
  MutatingWebhookConfiguration: 'admissionregistration.k8s.io',
  ...Object.fromEntries(
    ['Namespace', 'Service', 'ConfigMap', 'EndpointSlice', 'Ingress'].map((kind) => [kind, groupOf(kind)]),
  ),
  ...Object.fromEntries(meshKinds.map(({ kind, group }) => [kind, group])),
};

function groupOf(kind: string): string {
  return kinds[kind as KubernetesName].group;
}

/** Returns whether a survey looks at objects of this kind in manifests. */
export function isLookedAt({ apiVersion, kind }: { apiVersion: string; kind: string }): boolean {
  const [group = ''] = apiVersion.includes('/') ? apiVersion.split('/') : [''];
  return groups[kind] === group;
}

/** Istio's kinds that say nothing of what goes over the wire, by the groups of today. */
const otherKinds: Readonly<Record<string, readonly string[]>> = {
  'security.istio.io': ['RequestAuthentication'],
  'networking.istio.io': ['WorkloadGroup', 'Gateway'],
  'extensions.istio.io': [],
  'telemetry.istio.io': ['Telemetry'],
};

/** Returns the kinds of a group of Istio's, if an object of it is of another kind: it is misspelt, and would do nothing. */
export function kindsInstead({
  apiVersion,
  kind,
}: {
  apiVersion: string;
  kind: string;
}): readonly string[] | undefined {
  const [group = ''] = apiVersion.split('/');
  const others = otherKinds[group];
  if (others === undefined) return undefined;
  const there = [...meshKinds.filter((known) => known.group === group).map((known) => known.kind), ...others];
  return there.includes(kind) ? undefined : there;
}

/** Returns how to list one of Kubernetes' own kinds. */
export function listing(kind: KubernetesName): { apiVersion: string; kind: string; resource: string; group: string } {
  const { resource, group } = kinds[kind];
  return { ...typeOf(kind), resource, group };
}
