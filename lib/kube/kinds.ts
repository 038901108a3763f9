import { ApisApi, CustomObjectsApi, type KubeConfig } from '@kubernetes/client-node';

/** A kind with its group, such as `PeerAuthentication.security.istio.io`, to the versions that serve it, newest first. */
export type Served = ReadonlyMap<string, readonly string[]>;

/** A kind of some API group. */
interface Kind {
  group: string;
  kind: string;
}

/** Groups of which releases of Istio serve different versions. */
const groupsOfIstio = ['security.istio.io', 'networking.istio.io', 'authentication.istio.io'];

/**
 * Asks an API server in which versions it serves Istio's kinds. A group does not tell: Istio 1.21 serves
 * `security.istio.io/v1` for AuthorizationPolicy, and PeerAuthentication in `v1beta1` alone.
 */
export async function discoverKinds(config: KubeConfig): Promise<Served> {
  const { groups } = await config.makeApiClient(ApisApi).getAPIVersions();
  const versions = groups
    .filter(({ name }) => groupsOfIstio.includes(name))
    .flatMap(({ name: group, versions }) => versions.map(({ version }) => ({ group, version })));
  const api = config.makeApiClient(CustomObjectsApi);
  const lists = await Promise.all(versions.map((one) => api.getAPIResources(one)));
  const served = new Map<string, string[]>();
  // Discovery has a group's versions newest first. A kind is there once more for each of its subresources.
  for (const [at, { group, version }] of versions.entries()) {
    for (const kind of new Set(lists[at]?.resources.map((resource) => resource.kind))) {
      const key = keyOf({ group, kind });
      served.set(key, [...(served.get(key) ?? []), version]);
    }
  }
  return served;
}

/** Returns whether a kind is served, in whatever version. */
export function isServed(served: Served, kind: Kind): boolean {
  return served.has(keyOf(kind));
}

/**
 * Returns the API version in which to send or to list objects of a kind, or undefined where it is not served.
 * @param wanted a version that is taken where it is served; else it is the newest
 */
export function servedVersion(served: Served, kind: Kind, wanted?: string): string | undefined {
  const versions = served.get(keyOf(kind)) ?? [];
  const version = versions.find((one) => one === wanted) ?? versions[0];
  return version && `${kind.group}/${version}`;
}

function keyOf({ group, kind }: Kind): string {
  return `${kind}.${group}`;
}
