import type { Service } from '../model/index.ts';
import { type Kube, look } from '../platform/kube/index.ts';
import { unlessLate, waitFor } from '../platform/wait.ts';
import {
  type EndpointSlice,
  type Pod,
  type Pods,
  type ReplicaSet,
  type Serving,
  servingProblems,
} from '../verdict/index.ts';
import type { Run } from './run.ts';

/** Fetches all pods and ReplicaSets of the namespaces. */
export async function podsIn(kube: Kube, namespaces: string[]): Promise<Pods> {
  const [pods, replicaSets] = await Promise.all([
    look<Pod>(kube, 'Pod', namespaces),
    look<ReplicaSet>(kube, 'ReplicaSet', namespaces),
  ]);
  return { pods, replicaSets };
}

/** Fetches what serves requests in the run's namespaces, with parallel calls: it is cheap enough for every step. */
export async function lookAtServing({ kube, namespaces }: Pick<Run, 'kube' | 'namespaces'>): Promise<Serving> {
  const where = Object.values(namespaces);
  const [{ pods, replicaSets }, services, slices] = await Promise.all([
    podsIn(kube, where),
    look<Service>(kube, 'Service', where),
    look<EndpointSlice>(kube, 'EndpointSlice', where),
  ]);
  return { pods, replicaSets, services, slices };
}

/**
 * Waits until the run's pods serve its Services, since endpoints appear shortly after their pods. If a problem remains,
 * the steps report it.
 * @returns what was seen last
 */
export async function awaitServing(
  run: Pick<Run, 'kube' | 'namespaces' | 'topology' | 'made' | 'limits' | 'signal'>,
): Promise<Serving> {
  let serving = await lookAtServing(run);
  const look = async (): Promise<boolean> => {
    if (servingProblems(run, serving).length > 0) serving = await lookAtServing(run);
    return servingProblems(run, serving).length === 0;
  };
  const { servingMs: limitMs } = run.limits;
  await waitFor(look, { what: "the Services' endpoints", limitMs, signal: run.signal }).catch(unlessLate);
  return serving;
}
