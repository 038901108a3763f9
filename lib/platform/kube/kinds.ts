import { ApisApi, CustomObjectsApi, type KubeConfig } from '@kubernetes/client-node';
import { meshKinds } from '../../kinds/index.ts';

/** The versions that serve each kind, newest first. A key is, for example, `PeerAuthentication.security.istio.io`. */
export type ServedVersions = ReadonlyMap<string, readonly string[]>;

/** A kind of an API group. */
interface GroupKind {
  group: string;
  kind: string;
}

/** API groups whose kinds and versions differ between releases of Istio, or that a cluster may lack. */
const meshGroups = new Set(meshKinds.map(({ group }) => group));

/**
 * Asks an API server in which versions it serves each kind that configures the mesh. The versions of the group are not enough: Istio
 * 1.21 serves AuthorizationPolicy in `security.istio.io/v1`, but PeerAuthentication only in `v1beta1`.
 */
export async function discoverKinds(config: KubeConfig): Promise<ServedVersions> {
  const { groups } = await config.makeApiClient(ApisApi).getAPIVersions();
  const versions = groups
    .filter(({ name }) => meshGroups.has(name))
    .flatMap(({ name: group, versions }) => versions.map(({ version }) => ({ group, version })));
  const api = config.makeApiClient(CustomObjectsApi);
  const lists = await Promise.all(versions.map((one) => api.getAPIResources(one)));
  const served = new Map<string, string[]>();
  // Discovery lists a group's versions newest first, and a kind once more for each of its subresources.
  for (const [at, { group, version }] of versions.entries()) {
    for (const kind of new Set(lists[at]?.resources.map((resource) => resource.kind))) {
      const key = keyOf({ group, kind });
      served.set(key, [...(served.get(key) ?? []), version]);
    }
  }
  return served;
}

/** Returns whether a kind is served, in any version. */
export function isServed(served: ServedVersions, kind: GroupKind): boolean {
  return served.has(keyOf(kind));
}

/**
 * Returns the API version to use for objects of a kind; undefined if the kind is not served.
 * @param wanted the version to use if it is served; otherwise the newest one is used
 */
export function servedVersion(served: ServedVersions, kind: GroupKind, wanted?: string): string | undefined {
  const versions = served.get(keyOf(kind)) ?? [];
  const version = versions.find((one) => one === wanted) ?? versions[0];
  return version && `${kind.group}/${version}`;
}

/** Returns the key of a kind. */
export function keyOf({ group, kind }: GroupKind): string {
  return `${kind}.${group}`;
}
