import type { KubeObject } from '../../model/index.ts';
import { waitFor } from '../wait.ts';
import type { Kube } from './connection/connect.ts';
import { raw } from './connection/raw.ts';
import { read } from './objects.ts';

/** Discovery of all groups in one request: Kubernetes 1.30 and later. */
const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const METADATA = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

/** Objects deleted without a grace period are gone after one or two calls; most of the usual pause would be wasted. */
const EVERY_MS = 5;

interface Discovery {
  items: {
    metadata: { name?: string };
    versions: { version: string; resources: { resource: string; scope: string; verbs: string[] }[] }[];
  }[];
}

/**
 * Deletes the contents of namespaces that are being deleted and, once they are empty, removes their finalizer. The
 * namespace controller does the same, but only after five seconds, so that all API servers know of the deletion. Use
 * this only on a cluster with one API server. What is not empty in time is left to the controller. Source:
 * kubernetes/kubernetes pkg/controller/namespace/namespace_controller.go, namespaceDeletionGracePeriod.
 * @param limitMs how long to try
 * @throws TimeoutError if something is left then
 */
export async function purge(kube: Kube, namespaces: KubeObject[], limitMs: number): Promise<void> {
  const kinds = await deletableKinds(kube);
  await Promise.all(
    namespaces.map(async (namespace) => {
      const { name } = namespace.metadata;
      // Somebody else may have created a namespace of that name since.
      if (!(await isGoing(kube, namespace))) return;
      let paths: string[] = [];
      const emptied = async (): Promise<boolean> => {
        paths = (await Promise.all(kinds.map((kind) => contentOf(kube, kind, name)))).flat();
        await Promise.all(paths.map((path) => discard(kube, path)));
        return paths.length === 0;
      };
      await waitFor(emptied, { what: `${name} to be empty`, limitMs, everyMs: EVERY_MS, seen: () => leftIn(paths) });
      await finalize(kube, name);
    }),
  );
}

async function isGoing(kube: Kube, namespace: KubeObject): Promise<boolean> {
  const { uid, deletionTimestamp } = ((await read(kube, namespace))?.metadata ?? {}) as {
    uid?: string;
    deletionTimestamp?: string;
  };
  return uid === namespace.metadata.uid && deletionTimestamp !== undefined;
}

/**
 * Returns the path of each kind that can be in a namespace, with `{}` for the namespace. A kind that is served in
 * several versions has one path. The group's preferred version is not enough: EnvoyFilter, for example, is not served
 * in it.
 */
async function deletableKinds(kube: Kube): Promise<string[]> {
  const [core, groups] = await Promise.all(
    ['/api', '/apis'].map((path) => raw<Discovery>(kube, path, { accept: AGGREGATED })),
  );
  return [...(core?.items ?? []), ...(groups?.items ?? [])].flatMap(pathsOf);
}

/**
 * Returns the paths of a group's kinds that can be listed and deleted, each in the first version that supports both.
 */
export function pathsOf({ metadata: { name: group }, versions }: Discovery['items'][number]): string[] {
  const paths = new Map<string, string>();
  for (const { version, resources } of versions) {
    for (const { resource, scope, verbs } of resources) {
      if (scope !== 'Namespaced' || !verbs.includes('list') || !verbs.includes('delete') || paths.has(resource))
        continue;
      paths.set(resource, `${group ? `/apis/${group}` : '/api'}/${version}/namespaces/{}/${resource}`);
    }
  }
  return [...paths.values()];
}

async function contentOf(kube: Kube, kind: string, namespace: string): Promise<string[]> {
  const path = kind.replace('{}', namespace);
  const { items } = await raw<{ items: { metadata: { name: string } }[] | null }>(kube, path, { accept: METADATA });
  return (items ?? []).map(({ metadata }) => `${path}/${metadata.name}`);
}

/** Deletes an object without a grace period. The kubelet still ends the processes of a pod whose object is gone. */
async function discard(kube: Kube, path: string): Promise<void> {
  const body = { gracePeriodSeconds: 0, propagationPolicy: 'Background' };
  // It may be gone already or have a finalizer; the next list shows that.
  await raw(kube, path, { method: 'DELETE', body }).catch(() => {});
}

async function finalize(kube: Kube, name: string): Promise<void> {
  const path = `/api/v1/namespaces/${name}`;
  const namespace = await raw<KubeObject & { spec: { finalizers?: string[] } }>(kube, path);
  const finalizers = namespace.spec.finalizers?.filter((finalizer) => finalizer !== 'kubernetes') ?? [];
  await raw(kube, `${path}/finalize`, {
    method: 'PUT',
    body: { ...namespace, spec: { ...namespace.spec, finalizers } },
  });
}

/** Names at most three of the objects that are left, because a long list says no more. */
function leftIn(paths: string[]): string {
  const more = paths.length > 3 ? ` and ${paths.length - 3} more` : '';
  return `${paths.slice(0, 3).join(', ')}${more}`;
}
