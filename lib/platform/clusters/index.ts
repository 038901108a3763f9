// What others use of this room.

export { choose, providerFor } from './choose.ts';
export { current, currentCluster, isNamed } from './current.ts';
export { kind } from './kind/provider.ts';
export { assertName, down, status, up } from './native/index.ts';
export { KEPT, keptCluster } from './native/kept/kept.ts';
export { elsewhere, elsewhereWords } from './native/kept/owner.ts';
export { prune } from './native/kept/prune.ts';
export { native } from './native/provider.ts';
export type { ClusterOptions, ClusterProvider, NightlyProvider } from './provider.ts';
export { clusterChoices, nightlyProviders, providers } from './registry.ts';
export type { Acquired, Cluster } from './types.ts';
