import { current, KEPT, type Wish } from '../cluster/choose.ts';
import { sweepKind } from '../cluster/kind.ts';
import { status } from '../cluster/native/index.ts';
import { UsageError } from '../errors.ts';
import { detect } from '../istio/detect.ts';
import { connect } from '../kube/connect.ts';
import { sweep } from '../run/sweep.ts';
import type { Console } from './console.ts';

/**
 * Takes away what dead and kept runs have left: whole clusters of kind, and namespaces on a cluster that is there.
 * Returns the exit code.
 * @throws UsageError where a cluster is meant that is not named
 */
export async function sweepCluster(wish: Wish, console: Console): Promise<number> {
  const named = wish.provider === 'current' || wish.kubeconfig !== undefined || wish.context !== undefined;
  const cluster = named ? current(wish) : undefined;
  const clusters = await sweepKind();
  if (clusters.length > 0) console.print(clusters.join('\n'));
  const kubeconfig = cluster?.kubeconfig ?? (await keptKubeconfig());
  if (kubeconfig === undefined) {
    if (clusters.length === 0)
      console.print('Nothing is left here. To sweep a cluster, name it with --kubeconfig FILE.');
    return 0;
  }
  const kube = await connect({ kubeconfig, context: wish.context });
  const istio = await detect(kube, wish.istio).catch((error: unknown) => {
    if (!(error instanceof UsageError)) throw error;
    console.print(`The mesh configuration is not looked at: ${error.message}`);
    return undefined;
  });
  const done = await sweep(kube, { ...(istio !== undefined && { istio }), kept: true });
  console.print(done.length === 0 ? `Nothing is left of any run on ${kube.label}.` : done.join('\n'));
  return 0;
}

async function keptKubeconfig(): Promise<string | undefined> {
  const { state, kubeconfig } = await status(KEPT);
  return state === 'running' ? kubeconfig : undefined;
}
