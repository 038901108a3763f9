import { current } from './current.ts';
import { kind } from './kind/provider.ts';
import { native } from './native/provider.ts';
import type { ClusterProvider, NightlyProvider } from './provider.ts';

/** Every provider, in the order in which `--cluster auto` tries them. */
export const providers: readonly ClusterProvider[] = [
  current, // before all others: it is chosen only if the user names a kubeconfig
  kind,
  native,
];

/** The values of `--cluster`. */
export const clusterChoices: readonly string[] = ['auto', ...providers.map(({ name }) => name)];

/** The providers that nightly runs can use. */
export const nightlyProviders = providers.filter(
  (provider): provider is ClusterProvider & NightlyProvider => provider.nightly !== undefined,
);
