import { KEPT, type Wish } from '../cluster/choose.ts';
import { status } from '../cluster/native/index.ts';
import { UsageError } from '../errors.ts';
import { detect } from '../istio/detect.ts';
import { connect } from '../kube/connect.ts';
import { sweep } from '../run/sweep.ts';
import type { Console } from './test.ts';

/** Takes away what dead and kept runs have left on a cluster that is there. Returns the exit code. */
export async function sweepCluster(wish: Wish, console: Console): Promise<number> {
  const kube = await connect({ kubeconfig: wish.kubeconfig ?? (await keptKubeconfig()), context: wish.context });
  const istio = await detect(kube, wish.istio).catch((error: unknown) => {
    if (error instanceof UsageError) return undefined;
    throw error;
  });
  const done = await sweep(kube, { ...(istio !== undefined && { istio }), kept: true });
  console.print(done.length === 0 ? `Nothing is left of any run on ${kube.label}.` : done.join('\n'));
  return 0;
}

async function keptKubeconfig(): Promise<string> {
  const { state, kubeconfig } = await status(KEPT);
  if (state !== 'running' || kubeconfig === undefined) {
    throw new UsageError(
      '--sweep needs a cluster: name one with --kubeconfig FILE, or start the native one with npm run cluster -- up.',
    );
  }
  return kubeconfig;
}
