import { UsageError } from '../errors.ts';
import type { ClusterOptions, ClusterProvider } from './provider.ts';
import type { Cluster } from './types.ts';

/** A cluster that is there, with the Istio that it has. */
export const current = {
  name: 'current',
  istio: 'which version to expect there',
  flags: {
    kubeconfig: { value: 'FILE', about: 'a cluster that is there; nothing is guessed', path: true },
    context: { value: 'NAME', about: 'the context in that file; its current one where it is left out' },
  },
  auto: { when: 'a named kubeconfig', available: isNamed },
  action: 'current is the one that the job has made',
  acquire: async (options) => ({
    cluster: currentCluster(options),
    notes: [],
    stays: true,
    release: async () => {},
  }),
} satisfies ClusterProvider<'kubeconfig' | 'context'>;

/** Returns whether options name a cluster that is there, if only by its context. */
export function isNamed({ provider, flags }: ClusterOptions<'kubeconfig' | 'context'>): boolean {
  return provider === 'current' || flags.kubeconfig !== undefined || flags.context !== undefined;
}

/**
 * Returns the cluster that a user has named.
 * @throws UsageError where no file is named
 */
export function currentCluster({ flags: { kubeconfig, context } }: ClusterOptions<'kubeconfig' | 'context'>): Cluster {
  if (kubeconfig === undefined) {
    throw new UsageError(
      'A cluster that is there needs --kubeconfig FILE: this project never guesses which one is meant.',
    );
  }
  const named = context === undefined ? {} : { context };
  return { provider: 'current', name: context ?? kubeconfig, kubeconfig, ...named, owned: false };
}
