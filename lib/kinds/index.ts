// What others use of this room.

export { type Power, powerOf, powers } from './powers.ts';
export {
  appliedKinds,
  everyRunLists,
  type KubernetesName,
  kindNamed,
  kinds,
  kubernetesKinds,
  meshKinds,
  policyKinds,
  type TopologyName,
  typeOf,
} from './table.ts';
export type { Kind, MeshKind, NamespaceField, Verb, Version } from './types.ts';
