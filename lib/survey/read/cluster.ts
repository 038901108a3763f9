import { kinds, meshKinds } from '../../kinds/index.ts';
import type { KubeObject } from '../../model/index.ts';
import { messageOf, UsageError } from '../../platform/errors.ts';
import { type Kube, listByPages, raw, servedVersion, wordsOf } from '../../platform/kube/index.ts';
import type { OnProgress } from '../../platform/progress.ts';
import { namespaceOf, type PodTemplate, type Snapshot, type Unread } from '../snapshot.ts';
import { clusterKinds, listing } from './kinds.ts';
import { isControlPlane, trimmed } from './trim.ts';

type Listing = ReturnType<typeof listing>;

/** The kinds without which there is nothing to say. */
const needed = new Set(['Pod', 'Service']);

/**
 * Reads a mesh from a cluster: lists what a mesh looks at, and gets the ConfigMap of each control plane. It writes
 * nothing, and never reads Secrets.
 * @throws UsageError if Services or Pods may not be listed; InconclusiveError if the API server fails or is silent
 */
export async function readCluster(kube: Kube, { onProgress }: { onProgress: OnProgress }): Promise<Snapshot> {
  const mesh = meshKinds.flatMap(({ group, kind, resource }): Listing[] => {
    const apiVersion = servedVersion(kube.served, { group, kind });
    return apiVersion === undefined ? [] : [{ apiVersion, kind, resource, group }];
  });
  const all = [...clusterKinds.map(listing), ...mesh];
  const objects = new Map<string, KubeObject[]>();
  const unread: Unread[] = [];
  let done = 0;
  let count = 0;
  const report = (): void => {
    const detail = `kinds, ${count.toLocaleString('en')} objects`;
    onProgress({ phase: 'reading the mesh', done, total: all.length, detail });
  };
  const read = async (one: Listing): Promise<void> => {
    const found = await listed(kube, one, (objects) => {
      count += objects;
      report();
    });
    // Of Deployments only those of control planes tell what pods do not.
    if (Array.isArray(found)) objects.set(one.kind, one.kind === 'Deployment' ? found.filter(isControlPlane) : found);
    else unread.push(found);
    done += 1;
    report();
  };
  await Promise.all(all.map(read));
  const maps = await meshConfigurations(kube, objects.get('Deployment') ?? []);
  objects.set('ConfigMap', maps.objects);
  unread.push(...maps.unread);
  return {
    source: 'cluster',
    label: kube.label,
    objects,
    applied: [],
    places: new Map(),
    unread,
    leftOut: new Map(),
  };
}

/** Returns the objects of a kind, or that it could not be read. */
async function listed(
  kube: Kube,
  { group, ...kind }: Listing,
  onPage: (objects: number) => void,
): Promise<KubeObject[] | Unread> {
  try {
    return await listByPages(kube, kind, trimmed, onPage);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const right = wordsOf({ verb: 'list', group, resource: kind.resource });
    if (needed.has(kind.kind)) {
      throw new UsageError(
        `${messageOf(error)}. Without the right to ${right} in all namespaces there is nothing to say of a mesh: grant it, or use another context.`,
      );
    }
    return { kind: kind.kind, right, why: messageOf(error) };
  }
}

/** Gets the mesh configuration of each control plane, and what is laid over it. */
async function meshConfigurations(
  kube: Kube,
  deployments: KubeObject[],
): Promise<{ objects: KubeObject[]; unread: Unread[] }> {
  const names = deployments
    .filter(isControlPlane)
    .flatMap((istiod) => configMapsOf(istiod).map((name) => ({ namespace: namespaceOf(istiod), name })));
  const objects: KubeObject[] = [];
  const unread: Unread[] = [];
  for (const { namespace, name } of names) {
    try {
      objects.push(await raw<KubeObject>(kube, `/api/v1/namespaces/${namespace}/configmaps/${name}`));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      if (error.cause === 404) continue;
      const right = wordsOf({ verb: 'get', resource: kinds.ConfigMap.resource, namespace });
      unread.push({ kind: 'ConfigMap', right, why: messageOf(error) });
    }
  }
  return { objects, unread };
}

/** Returns the names of the ConfigMaps that an istiod reads its mesh configuration from; the last is laid over the first. */
export function configMapsOf(istiod: KubeObject): string[] {
  const revision = revisionOf(istiod);
  const shared = environmentOf(istiod).find(({ name }) => name === 'SHARED_MESH_CONFIG')?.value;
  return [revision === 'default' ? 'istio' : `istio-${revision}`, ...(shared === undefined ? [] : [shared])];
}

/** Returns the revision of a control plane. */
export function revisionOf(istiod: KubeObject): string {
  const { spec } = istiod as KubeObject & { spec?: { template?: PodTemplate } };
  return spec?.template?.metadata?.labels?.['istio.io/rev'] ?? istiod.metadata.labels?.['istio.io/rev'] ?? 'default';
}

/** Returns the environment variables of istiod's own container, which are its flags. */
export function environmentOf(istiod: KubeObject): { name: string; value?: string }[] {
  interface Spec {
    spec?: { template?: { spec?: { containers?: { name: string; env?: { name: string; value?: string }[] }[] } } };
  }
  const containers = (istiod as KubeObject & Spec).spec?.template?.spec?.containers ?? [];
  return containers.find(({ name }) => name === 'discovery')?.env ?? [];
}
