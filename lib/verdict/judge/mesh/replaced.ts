import { backing, type Workload, workloadName } from '../../../model/index.ts';
import type { VerdictReason } from '../../reasons.ts';
import type { Pod, Pods } from '../../record/looked.ts';
import { type MadeSetting, podName, podsOf, statusesOf } from './pods.ts';

/** Pods of a workload that are not what they were: others have taken their place, or a container was restarted. */
export interface Replacement {
  workload: Workload;
  reason: VerdictReason;
}

/** Returns the servers whose pods were replaced between two moments. */
export function replacements(known: MadeSetting, before: Pods, now: Pods): Replacement[] {
  const { workloads, services } = known.topology;
  const servers = workloads.filter((workload) => services.some((service) => backing(service, [workload]).length > 0));
  return servers.flatMap((workload) => {
    const then = podsOf(workload, before, known.made);
    const since = podsOf(workload, now, known.made);
    const gone = without(then, since);
    const come = without(since, then);
    if (come.length === 0) return [];
    const names = (pods: Pod[]): string[] => pods.map(({ metadata }) => metadata.name);
    const facts = { workload: workloadName(workload), gone: names(gone), come: names(come) };
    return [{ workload, reason: { code: 'pods-replaced', ...facts } }];
  });
}

function without(some: Pod[], others: Pod[]): Pod[] {
  return some.filter(({ metadata: { uid } }) => !others.some(({ metadata }) => metadata.uid === uid));
}

/**
 * Returns the workloads of which a container was restarted between two moments, in a pod that stayed. Until it is ready
 * again, requests are refused, and an Envoy that was restarted counts from zero.
 */
export function restarts(known: MadeSetting, before: Pods, now: Pods): Replacement[] {
  return known.topology.workloads.flatMap((workload) => {
    const then = new Map(podsOf(workload, before, known.made).map((pod) => [pod.metadata.uid, pod]));
    return podsOf(workload, now, known.made).flatMap((pod) => {
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
