import { UsageError } from '../errors.ts';
import type { AcquireContext, ClusterOptions, ClusterProvider } from './provider.ts';
import { providers } from './registry.ts';
import type { Acquired } from './types.ts';

/**
 * Gets the cluster that a user asks for: one that is there, or one made for this run.
 * @throws UsageError where there is no such cluster and none can be made, or where flags contradict each other
 */
export async function choose(options: ClusterOptions, context: AcquireContext): Promise<Acquired> {
  const provider = await providerFor(options);
  return provider.acquire(options, context);
}

/**
 * Returns the provider that the options name or, for `auto`, the first that is available.
 * @param all every provider there is, in the order in which `auto` asks them
 * @throws UsageError where there is none, or where a flag goes with another
 */
export async function providerFor(options: ClusterOptions, all = providers): Promise<ClusterProvider> {
  const chosen = options.provider === 'auto' ? await firstAvailable(options, all) : named(options.provider, all);
  const others = all.filter((provider) => provider !== chosen);
  for (const { name, flags } of others) {
    const given = Object.keys(flags).filter((flag) => options.flags[flag] !== undefined);
    if (given.length === 0) continue;
    const go = given.length === 1 ? 'goes' : 'go';
    throw new UsageError(`${given.map((flag) => `--${flag}`).join(' and ')} ${go} with --cluster ${name} alone.`);
  }
  return chosen;
}

function named(name: string, all: readonly ClusterProvider[]): ClusterProvider {
  const provider = all.find((one) => one.name === name);
  if (provider === undefined) throw new UsageError(`There is no cluster provider "${name}".`);
  return provider;
}

async function firstAvailable(options: ClusterOptions, all: readonly ClusterProvider[]): Promise<ClusterProvider> {
  for (const provider of all) if (await provider.auto?.available(options)) return provider;
  throw new UsageError('No cluster can be had here: name one with --cluster.');
}
