import { type KubernetesName, kinds, typeOf } from '../../kinds/index.ts';
import type { KubeObject } from '../../model/index.ts';
import { defaultLimits } from '../limits.ts';
import type { Kube } from './connection/connect.ts';
import { raw } from './connection/raw.ts';
import { within } from './connection/within.ts';

/**
 * Returns the objects of a kind in some namespaces. It is several times as fast as `list`, because it keeps connections
 * open and does not convert the answer.
 * @throws UsageError if the API server rejects a request; InconclusiveError if it fails, cannot be reached or is silent
 */
export async function look<T extends KubeObject>(kube: Kube, kind: KubernetesName, namespaces: string[]): Promise<T[]> {
  const { apiVersion } = typeOf(kind);
  const { resource } = kinds[kind];
  const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
  const asked = namespaces.map((namespace) => raw<{ items: T[] }>(kube, `${root}/namespaces/${namespace}/${resource}`));
  const lists = await within(Promise.all(asked), defaultLimits.apiLookMs, `${kube.label}, asked for ${resource},`);
  // The items of a list have no kind.
  return lists.flatMap(({ items }) => items.map((item) => ({ ...item, apiVersion, kind })));
}

/**
 * Returns all objects of a kind on the cluster, as fast as `look`.
 * @throws UsageError if the API server rejects the request; InconclusiveError if it fails, cannot be reached or is silent
 */
export async function lookAll(
  kube: Kube,
  { apiVersion, kind, resource }: { apiVersion: string; kind: string; resource: string },
): Promise<KubeObject[]> {
  const asked = raw<{ items: KubeObject[] }>(kube, `/apis/${apiVersion}/${resource}`);
  const { items } = await within(asked, defaultLimits.apiLookMs, `${kube.label}, asked for ${resource},`);
  return items.map((item) => ({ ...item, apiVersion, kind }));
}
