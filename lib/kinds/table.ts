import { gatewayApi } from './gateway-api.ts';
import { istio } from './istio.ts';
import { kubernetes } from './kubernetes.ts';
import type { Kind, KubernetesKind, MeshKind } from './types.ts';

type Rows<Facts, Owner> = { [Name in keyof Facts]: Facts[Name] & { owner: Owner; kind: Name } };

function ownedBy<Facts extends Record<string, object>, Owner extends string>(
  owner: Owner,
  facts: Facts,
): Rows<Facts, Owner> {
  const rows = Object.entries(facts).map(([kind, known]) => [kind, { owner, kind, ...known }]);
  return Object.fromEntries(rows) as Rows<Facts, Owner>;
}

const ofMesh = { ...ownedBy('Istio', istio), ...ownedBy('Gateway API', gatewayApi) };
const ofKubernetes = ownedBy('Kubernetes', kubernetes);

/** Every kind that this project knows, with all that it knows of it, by its name. */
export const kinds = { ...ofMesh, ...ofKubernetes };

/** The kinds that configure the mesh. */
export const meshKinds: readonly MeshKind[] = Object.values(ofMesh);

/** The kinds on which expectations depend: policies, rules, and what decides which Services a client sees. */
export const policyKinds = meshKinds.filter(({ predictsForOthers }) => predictsForOthers);

/** The kinds that steps may apply. */
export const appliedKinds = meshKinds.filter(({ applied }) => applied !== undefined);

export const kubernetesKinds: readonly KubernetesKind[] = Object.values(ofKubernetes);

/** The name of one of Kubernetes' own kinds. */
export type KubernetesName = keyof typeof kubernetes;

/** The name of a kind that a topology may hold. */
export type TopologyName = {
  [Name in KubernetesName]: (typeof kubernetes)[Name] extends { topology: true } ? Name : never;
}[KubernetesName];

/** Returns what is known of the kind of a name; undefined if this project does not know it. */
export function kindNamed(name: string): Kind | undefined {
  return Object.hasOwn(kinds, name) ? kinds[name as keyof typeof kinds] : undefined;
}

/** Returns whether the user of every run must be allowed to list a kind. */
export function everyRunLists({ predictsForOthers, applied }: MeshKind): boolean {
  return predictsForOthers === true || applied === 'by every run';
}

/** Returns the API version and the name of one of Kubernetes' own kinds, as its objects have them. */
export function typeOf(kind: KubernetesName): { apiVersion: string; kind: string } {
  const { group, versions }: KubernetesKind = kinds[kind];
  const version = versions[0]?.name ?? '';
  return { apiVersion: group === '' ? version : `${group}/${version}`, kind };
}
