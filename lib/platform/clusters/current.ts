import { UsageError } from '../errors.ts';
import type { ClusterOptions, ClusterProvider } from './provider.ts';
import type { Cluster } from './types.ts';

/** An existing cluster, with the Istio installed there. */
export const current = {
  name: 'current',
  istio: 'installs none; which version to expect there',
  flags: {
    kubeconfig: { value: 'FILE', about: 'an existing cluster; automtls never picks one itself', path: true },
    context: { value: 'NAME', about: 'the context in that file (default: its current context)' },
  },
  auto: { when: 'a named kubeconfig', available: isNamed },
  action: 'current is the cluster of the job',
  acquire: async (options) => ({
    cluster: currentCluster(options),
    notes: [],
    stays: true,
    release: async () => {},
  }),
} satisfies ClusterProvider<'kubeconfig' | 'context'>;

/** Returns whether the options name an existing cluster; a context alone counts. */
export function isNamed({ provider, flags }: ClusterOptions<'kubeconfig' | 'context'>): boolean {
  return provider === 'current' || flags.kubeconfig !== undefined || flags.context !== undefined;
}

/**
 * Returns the cluster that the user named.
 * @throws UsageError if no file is named
 */
export function currentCluster({ flags: { kubeconfig, context } }: ClusterOptions<'kubeconfig' | 'context'>): Cluster {
  if (kubeconfig === undefined) {
    throw new UsageError('An existing cluster needs --kubeconfig FILE: automtls never picks a cluster itself.');
  }
  const named = context === undefined ? {} : { context };
  return { provider: 'current', name: context ?? kubeconfig, kubeconfig, ...named, owned: false };
}
