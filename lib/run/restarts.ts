import type { VerdictReason } from '../verdict/reasons.ts';
import { type Pod, podName, podsOf, statusesOf } from './pods.ts';
import type { Run } from './run.ts';
import type { Replacement, Serving } from './serving.ts';

/**
 * Returns the workloads of which a container was restarted between two moments, in a pod that stayed. Until it is ready
 * again, requests are refused, and an Envoy that was restarted counts from zero.
 */
export function restarts(run: Pick<Run, 'topology' | 'made'>, before: Serving, now: Serving): Replacement[] {
  return run.topology.workloads.flatMap((workload) => {
    const then = new Map(podsOf(workload, before, run.made).map((pod) => [pod.metadata.uid, pod]));
    return podsOf(workload, now, run.made).flatMap((pod) => {
      const earlier = then.get(pod.metadata.uid);
      return earlier === undefined ? [] : restartedIn(earlier, pod).map((reason) => ({ workload, reason }));
    });
  });
}

function restartedIn(before: Pod, now: Pod): VerdictReason[] {
  const counts = new Map(statusesOf(before).map(({ name, restartCount = 0 }) => [name, restartCount]));
  return statusesOf(now)
    .filter(({ name, restartCount = 0 }) => restartCount > (counts.get(name) ?? 0))
    .map(({ name }) => ({ code: 'container-restarted', container: name, podName: podName(now) }));
}
