import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { UsageError } from '../../platform/errors.ts';
import { connect } from '../../platform/kube/index.ts';
import { manifestsIn, readCluster, readManifests, type Snapshot, withInjection } from '../../survey/index.ts';
import type { Context } from '../output/console.ts';
import { names, pathFrom } from './options.ts';

// Where commands read somebody's mesh from: a cluster, or folders of manifests. They read, and change nothing.

/** Which cluster it is, and which release where that does not say. */
type ClusterValues = {
  kubeconfig?: string;
  context?: string;
  inject?: string[];
};

type MeshValues = ClusterValues & { istio?: string };

/**
 * Returns what commands end with that say what a change would break.
 * @param others what else may end them with 1, one line each
 */
export const changeExitCodes = (...others: string[]): string => `Exit codes:
  0  nothing breaks
${['1  some pair breaks: more of its requests are refused than now; or it can no longer be judged', ...others].map((line) => `  ${line}`).join('\n')}
  2  the command line, the manifests or the cluster are unsuitable, or no pair can be judged; the message says what to do
  3  the API server failed or did not answer`;

/** Returns a command that reads a cluster, with the options that say which. */
export function readingCommand(name: string, context: Context): Command<[], ClusterValues> {
  return new Command(name)
    .optionsGroup('Mesh:')
    .option('--kubeconfig <FILE>', 'a cluster (default: $KUBECONFIG, or ~/.kube/config)', pathFrom(context))
    .option('--context <NAME>', 'the context in that file (default: its current context)')
    .addOption(injectOption('of manifests'));
}

/** Returns the option for namespaces whose label no manifest has, as it is set by hand. */
export function injectOption(of: string) {
  const about = `${of}: namespaces to take as labelled istio-injection=enabled, whatever is written`;
  return new Option('--inject <NAMESPACE...>', about).argParser(names);
}

/** Returns a command that reads somebody's mesh, with the options that say which cluster and release. */
export function meshCommand(name: string, context: Context): Command<[], MeshValues> {
  return readingCommand(name, context).option(
    '--istio <VERSION>',
    'the release whose rules apply: needed for manifests',
  );
}

/** Returns an option that names folders and files of manifests. */
export function manifestsOption<const Flags extends string>(
  flags: Flags,
  about: string,
): Option<Flags, undefined, undefined, string[]> {
  return new Option(flags, about).argParser((text: string, before: string[] = []) => {
    if (text === '') throw new InvalidArgumentError('needs a path');
    return [...before, text];
  });
}

/**
 * Reads the mesh of manifests if any are named, otherwise of a cluster.
 * @param options what the user calls the manifests and their release, for messages
 * @throws UsageError if both are named, or what is named cannot be read
 */
export async function meshSnapshot(
  { manifests, ...values }: MeshValues & { manifests: readonly string[] | undefined },
  context: Context,
  options = { manifests: '-f', release: '--istio' },
): Promise<Snapshot> {
  if (manifests === undefined) {
    if (values.inject === undefined) return clusterSnapshot(values, context);
    throw new UsageError(
      `--inject is for manifests: a cluster's pods show who has a sidecar. Leave it out, or name manifests with ${options.manifests}.`,
    );
  }
  if (values.kubeconfig !== undefined || values.context !== undefined) {
    throw new UsageError(
      `Name a cluster or manifests, not both: leave out --kubeconfig and --context, or ${options.manifests}.`,
    );
  }
  if (values.istio === undefined) {
    throw new UsageError(
      `Manifests do not say which release of Istio they are for: name it with ${options.release} VERSION, such as 1.31.`,
    );
  }
  return manifestsSnapshot(manifests, context, values.inject);
}

/**
 * @param inject namespaces to take as labelled for injection
 * @throws UsageError if a path cannot be read, or holds something else than manifests
 */
export async function manifestsSnapshot(
  manifests: readonly string[],
  { console }: Context,
  inject: readonly string[] = [],
): Promise<Snapshot> {
  const from = (path: string): string => resolve(console.cwd, path);
  const read = readManifests(await manifestsIn(manifests, { resolve: from, stdin: () => textOf(process.stdin) }));
  return withInjection(read, inject);
}

/** Nothing is changed, so the current context will do, as with kubectl. */
async function clusterSnapshot({ kubeconfig, context }: ClusterValues, { console, env }: Context): Promise<Snapshot> {
  return readCluster(await connect({ kubeconfig: kubeconfig ?? usualKubeconfig(env), context }), console);
}

function usualKubeconfig(env: NodeJS.ProcessEnv): string {
  const named = (env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  const file = named.find((path) => existsSync(path)) ?? named[0] ?? join(homedir(), '.kube', 'config');
  if (existsSync(file)) return file;
  throw new UsageError(
    `There is no kubeconfig ${file}: name a cluster with --kubeconfig FILE, or folders of manifests with -f DIR.`,
  );
}
