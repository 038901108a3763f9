import { KEPT, NEWEST_SNAPSHOT } from '../cluster/choose.ts';
import { down, status, up } from '../cluster/native/index.ts';
import { UsageError } from '../errors.ts';
import type { Console } from './test.ts';

export type ClusterVerb = 'up' | 'down' | 'status' | 'kubeconfig';

/** Keeps the native cluster that lives between runs. Returns the exit code. */
export async function cluster(verb: ClusterVerb, istio: string | undefined, console: Console): Promise<number> {
  const there = await status(KEPT);
  switch (verb) {
    case 'up': {
      const begunAt = performance.now();
      const made = await up({ name: KEPT, istio: istio ?? NEWEST_SNAPSHOT, lasting: true, ...console });
      const seconds = ((performance.now() - begunAt) / 1000).toFixed(1);
      console.print(
        `up after ${seconds} s, with Istio ${istio ?? NEWEST_SNAPSHOT}\nexport KUBECONFIG=${made.kubeconfig}`,
      );
      return 0;
    }
    case 'down':
      await down({ name: KEPT, ...console });
      console.print(there.state === 'absent' ? 'there was none' : 'down');
      return 0;
    case 'status':
      console.print(
        there.state === 'running'
          ? `running with Istio ${there.istio} since ${there.since?.toISOString()}`
          : there.state,
      );
      return 0;
    case 'kubeconfig':
      if (there.state !== 'running' || there.kubeconfig === undefined) {
        throw new UsageError('No native cluster is running: start one with npm run cluster -- up.');
      }
      console.print(there.kubeconfig);
      return 0;
  }
}
