import { type Injection, injectingRevision, type KubeObject, type Release, topologyOf } from '../../model/index.ts';
import { templatePaths } from '../read/kinds.ts';
import { namespaceOf, objectsOf, type PodTemplate, type Snapshot } from '../snapshot.ts';
import { distinct } from './from-pods.ts';
import { injectionIn } from './injection.ts';
import { labelsWith, selectableKeys } from './selectable.ts';
import { isAmbient, type MeshWorkload, proxiesOf, roleOf } from './workload.ts';

/**
 * Returns the workloads that manifests make: those of folders, or those that are to be applied to a cluster. Who gets a
 * sidecar follows from the rules of the release's injector: by the labels of the namespace and of the pods, and by what
 * manifests say of the injector itself.
 */
export function workloadsFromTemplates(snapshot: Snapshot, release: Release): MeshWorkload[] {
  const namespaces = objectsOf(snapshot, 'Namespace');
  const keys = selectableKeys(snapshot);
  const labelsOf = new Map(namespaces.map(({ metadata }) => [metadata.name, metadata.labels ?? {}]));
  const injection = injectionIn(snapshot);
  const found = templatesIn(snapshot).flatMap((object) => {
    const namespace = namespaceOf(object);
    return fromTemplate(object, { namespaces, release, keys, injection, labels: labelsOf.get(namespace) ?? {} });
  });
  return distinct(found);
}

/** A cluster's own controllers are seen by their pods. */
function templatesIn(snapshot: Snapshot): KubeObject[] {
  if (snapshot.source === 'cluster') return [...snapshot.applied];
  return Object.keys(templatePaths).flatMap((kind) => objectsOf(snapshot, kind));
}

interface Known {
  namespaces: KubeObject[];
  release: Release;
  keys: ReadonlySet<string>;
  injection: Injection;
  /** The labels of the object's namespace. */
  labels: Record<string, string>;
}

function fromTemplate(
  object: KubeObject,
  { namespaces, release, keys, injection, labels: namespaceLabels }: Known,
): MeshWorkload[] {
  const template = withControllersLabels(object, templateOf(object));
  const { labels = {}, annotations = {} } = template.metadata ?? {};
  const name = namespaceOf(object);
  const home = namespaces.filter(({ metadata }) => metadata.name === name);
  const [workload] = topologyOf([...home, asDeployment(object, template)], release, injection).workloads;
  if (workload === undefined) return [];
  const role = roleOf(proxiesOf(template.spec ?? {}), labels, annotations);
  return [
    {
      workload: {
        ...workload,
        labels: labelsWith(keys, workload.labels),
        replicas: replicasOf(object),
        ...(role === 'gateway' && { gateway: true }),
      },
      kind: object.kind,
      role,
      ambient: !workload.sidecar && isAmbient(labels, namespaceLabels),
      revision: workload.sidecar
        ? (injectingRevision(injection, { name, labels: namespaceLabels }, labels) ?? labels['istio.io/rev'])
        : undefined,
      network: labels['topology.istio.io/network'] ?? namespaceLabels['topology.istio.io/network'],
      annotations,
    },
  ];
}

/** Returns what the pods of an object are made from. */
export function templateOf(object: KubeObject): PodTemplate {
  // A Pod is its own template.
  if (object.kind === 'Pod') return object as PodTemplate & KubeObject;
  let found: unknown = object;
  for (const key of templatePaths[object.kind] ?? []) found = (found as Record<string, unknown> | undefined)?.[key];
  return (found ?? {}) as PodTemplate;
}

/** Labels that controllers give to their pods. Only that they are there is known: their values come with the pods. */
const controllersLabels: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['pod-template-hash'],
  StatefulSet: ['statefulset.kubernetes.io/pod-name', 'controller-revision-hash'],
  DaemonSet: ['controller-revision-hash', 'pod-template-generation'],
  Job: ['job-name', 'batch.kubernetes.io/job-name', 'controller-uid', 'batch.kubernetes.io/controller-uid'],
};

/** Selectors of the injector may go by labels that no manifest has, such as those of a Job's pods. */
function withControllersLabels({ kind }: KubeObject, template: PodTemplate): PodTemplate {
  const given = controllersLabels[kind === 'CronJob' ? 'Job' : kind] ?? [];
  const labels = { ...Object.fromEntries(given.map((key) => [key, ''])), ...template.metadata?.labels };
  return { ...template, metadata: { ...template.metadata, labels } };
}

/** The model takes workloads from Deployments: what a controller of another kind makes is the same to a mesh. */
function asDeployment({ metadata }: KubeObject, template: PodTemplate): KubeObject {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { template } } as KubeObject;
}

/** Returns how many pods an object makes that serve. How many nodes a DaemonSet has is not known: it counts as one. */
function replicasOf({ kind, spec }: KubeObject & { spec?: { replicas?: number } }): number {
  return ['Deployment', 'StatefulSet', 'ReplicaSet'].includes(kind) ? (spec?.replicas ?? 1) : 1;
}
