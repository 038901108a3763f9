import { MESH_REPAIRED, sweepMesh } from '../mesh/index.ts';
import type { KubeObject } from '../model/index.ts';
import { type ClusterOptions, currentCluster, isNamed, keptCluster, providers } from '../platform/clusters/index.ts';
import { UsageError } from '../platform/errors.ts';
import { detect } from '../platform/istio/index.ts';
import { connect, type Kube, RUN_LABEL, runOf } from '../platform/kube/index.ts';
import { defaultLimits, type Limits } from '../platform/limits.ts';
import { awaitGone, leftWords, sweep as sweepRuns, sweptWords } from '../run/index.ts';
import { clusterCommand, clusterOptionsOf, type Declare } from './options/options.ts';
import type { Console } from './output/console.ts';

const INCOMPLETE = 3;

/** `automtls sweep`: deletes what dead and kept runs left behind. */
export const sweep: Declare = (context, end) =>
  clusterCommand('sweep', context)
    .description('Delete what dead and kept runs left behind. That are clusters of this machine, and namespaces.')
    .addHelpText(
      'after',
      `
Exit codes:
  0 all of it is gone · 2 the command line or the cluster is unsuitable · 3 something is still there · 130 interrupted`,
    )
    .action(async (values) =>
      end(await sweepCluster({ ...clusterOptionsOf(values), limits: defaultLimits }, context.console)),
    );

/** The limits that a sweep waits by. */
type SweepLimits = Pick<Limits, 'goneMs' | 'leaseMs' | 'conflictRetries'>;

/**
 * Deletes what dead and kept runs left behind: whole clusters that were created for a run, and namespaces on a cluster.
 * Waits until they are gone. Returns the exit code, which is 3 if some are still there.
 * @throws UsageError if the options choose an existing cluster without its kubeconfig
 */
export async function sweepCluster(
  { limits, ...options }: ClusterOptions & { limits: SweepLimits },
  console: Console,
): Promise<number> {
  const named = isNamed(options) ? currentCluster(options) : undefined;
  const clusters = (await Promise.all(providers.map((provider) => provider.sweep?.() ?? []))).flat();
  if (clusters.length > 0) console.print(clusters.join('\n'));
  const cluster = named ?? (await keptCluster(options.flags['native-name']));
  if (cluster === undefined) {
    if (clusters.length === 0)
      console.print('Nothing to delete here. To sweep a cluster, name it with --kubeconfig FILE.');
    return 0;
  }
  const kube = await connect({ kubeconfig: cluster.kubeconfig, context: named?.context });
  const mesh = await sweptMesh(kube, options, limits, console);
  const { deleted, terminating, unrecorded } = await sweepRuns(kube, { kept: true });
  const going = [...deleted.flatMap(({ namespaces }) => namespaces), ...terminating];
  const left = await awaitGone(kube, going, limits.goneMs, console);
  const stays = new Set(left.map(({ metadata }) => metadata.uid));
  const gone = deleted
    .map((run) => ({ ...run, namespaces: run.namespaces.filter(({ metadata }) => !stays.has(metadata.uid)) }))
    .filter(({ namespaces }) => namespaces.length > 0);
  const told = [
    ...mesh,
    ...gone.map((run) => `${sweptWords(run)} deleted`),
    ...left.map((one) => `still there: ${leftWords(one)}; what is in parentheses blocks its deletion`),
    ...unrecorded.map(unrecordedWords),
  ];
  console.print(told.length === 0 ? `Nothing is left of any run on ${kube.label}.` : told.join('\n'));
  return left.length > 0 ? INCOMPLETE : 0;
}

async function sweptMesh(
  kube: Kube,
  options: ClusterOptions,
  limits: SweepLimits,
  console: Console,
): Promise<string[]> {
  const istio = await detect(kube, options.istio).catch((error: unknown) => {
    if (!(error instanceof UsageError)) throw error;
    console.print(`The mesh configuration is not checked: ${error.message}`);
    return undefined;
  });
  return istio !== undefined && (await sweepMesh({ kube, istio, limits })) ? [MESH_REPAIRED] : [];
}

function unrecordedWords(namespace: KubeObject): string {
  const { name } = namespace.metadata;
  return `${name} carries the label ${RUN_LABEL}=${runOf(namespace)}, but no run recorded it, so it is not deleted. If it belongs to a run that was killed as it started: kubectl delete namespace ${name}`;
}
