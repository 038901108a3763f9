import { type ClusterOptions, current, KEPT } from '../cluster/choose.ts';
import { sweepKind } from '../cluster/kind.ts';
import { status } from '../cluster/native/index.ts';
import { UsageError } from '../errors.ts';
import { detect } from '../istio/detect.ts';
import { connect, type Kube } from '../kube/connect.ts';
import { RUN_LABEL, runOf } from '../kube/ownership.ts';
import type { KubeObject } from '../model/types.ts';
import { MESH_REPAIRED, sweepMesh } from '../run/mesh-lease.ts';
import { awaitGone, leftWords, sweep, sweptWords } from '../run/sweep.ts';
import type { Console } from './console.ts';

const INCOMPLETE = 3;

/**
 * Deletes what dead and kept runs left behind: whole kind clusters, and namespaces on a cluster, and waits until they are
 * gone. Returns the exit code: 3 if some are still there.
 * @throws UsageError if a cluster is meant but not named
 */
export async function sweepCluster(options: ClusterOptions, console: Console): Promise<number> {
  const named = options.provider === 'current' || options.kubeconfig !== undefined || options.context !== undefined;
  const cluster = named ? current(options) : undefined;
  const clusters = await sweepKind();
  if (clusters.length > 0) console.print(clusters.join('\n'));
  const kubeconfig = cluster?.kubeconfig ?? (await keptKubeconfig());
  if (kubeconfig === undefined) {
    if (clusters.length === 0)
      console.print('Nothing to delete here. To sweep a cluster, name it with --kubeconfig FILE.');
    return 0;
  }
  const kube = await connect({ kubeconfig, context: options.context });
  const mesh = await sweptMesh(kube, options, console);
  const { deleted, terminating, unrecorded } = await sweep(kube, { kept: true });
  const going = [...deleted.flatMap(({ namespaces }) => namespaces), ...terminating];
  const left = await awaitGone(kube, going, console);
  const stays = new Set(left.map(({ metadata }) => metadata.uid));
  const gone = deleted
    .map((run) => ({ ...run, namespaces: run.namespaces.filter(({ metadata }) => !stays.has(metadata.uid)) }))
    .filter(({ namespaces }) => namespaces.length > 0);
  const told = [
    ...mesh,
    ...gone.map((run) => `${sweptWords(run)} deleted`),
    ...left.map((one) => `still there: ${leftWords(one)}; it cannot be deleted before that ends`),
    ...unrecorded.map(unrecordedWords),
  ];
  console.print(told.length === 0 ? `Nothing is left of any run on ${kube.label}.` : told.join('\n'));
  return left.length > 0 ? INCOMPLETE : 0;
}

async function sweptMesh(kube: Kube, options: ClusterOptions, console: Console): Promise<string[]> {
  const istio = await detect(kube, options.istio).catch((error: unknown) => {
    if (!(error instanceof UsageError)) throw error;
    console.print(`The mesh configuration is not checked: ${error.message}`);
    return undefined;
  });
  return istio !== undefined && (await sweepMesh(kube, istio)) ? [MESH_REPAIRED] : [];
}

function unrecordedWords(namespace: KubeObject): string {
  const { name } = namespace.metadata;
  return `${name} carries the label ${RUN_LABEL}=${runOf(namespace)}, but no run recorded it, so it is not deleted. If it belongs to a run that was killed as it started: kubectl delete namespace ${name}`;
}

async function keptKubeconfig(): Promise<string | undefined> {
  const { state, kubeconfig } = await status(KEPT);
  return state === 'running' ? kubeconfig : undefined;
}
