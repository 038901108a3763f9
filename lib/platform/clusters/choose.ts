import { UsageError } from '../errors.ts';
import type { AcquireContext, ClusterOptions, ClusterProvider } from './provider.ts';
import { providers } from './registry.ts';
import type { Acquired } from './types.ts';

/**
 * Returns the cluster that the user asks for: an existing one, or one created for this run.
 * @throws UsageError if there is none and none can be created, or if flags cannot be combined
 */
export async function choose(options: ClusterOptions, context: AcquireContext): Promise<Acquired> {
  const provider = await providerFor(options);
  return provider.acquire(options, context);
}

/**
 * Returns the provider that the options name or, for `auto`, the first available one.
 * @param all every provider, in the order in which `auto` tries them
 * @throws UsageError if there is none, or if a flag belongs to another provider
 */
export async function providerFor(options: ClusterOptions, all = providers): Promise<ClusterProvider> {
  const chosen = options.provider === 'auto' ? await firstAvailable(options, all) : named(options.provider, all);
  const others = all.filter((provider) => provider !== chosen);
  for (const { name, flags } of others) {
    const given = Object.keys(flags).filter((flag) => options.flags[flag] !== undefined);
    if (given.length === 0) continue;
    const need = given.length === 1 ? 'needs' : 'need';
    throw new UsageError(`${given.map((flag) => `--${flag}`).join(' and ')} ${need} --cluster ${name}.`);
  }
  return chosen;
}

function named(name: string, all: readonly ClusterProvider[]): ClusterProvider {
  const provider = all.find((one) => one.name === name);
  if (provider === undefined) throw new UsageError(`Unknown cluster provider "${name}".`);
  return provider;
}

async function firstAvailable(options: ClusterOptions, all: readonly ClusterProvider[]): Promise<ClusterProvider> {
  for (const provider of all) if (await provider.auto?.available(options)) return provider;
  throw new UsageError('No cluster is available here: name one with --cluster.');
}
