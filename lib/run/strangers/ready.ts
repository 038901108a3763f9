import { typeOf } from '../../kinds/index.ts';
import { podsIn, type Run, replicaFailure, type Strangers } from '../../mesh/index.ts';
import type { Deployment } from '../../model/index.ts';
import { InconclusiveError, messageOf } from '../../platform/errors.ts';
import { list } from '../../platform/kube/index.ts';
import { unlessLate, waitFor } from '../../platform/wait.ts';
import type { ProbeClient } from '../../probe/index.ts';
import { isRunning, podsOf } from '../../verdict/index.ts';
import { openProbeClient } from '../probe-clients.ts';
import { NODE, OUTSIDER } from './kinds.ts';

/** The clients of strangers, each with the address of its pod, or why it is not there. */
export interface StrangerClients {
  outsider: ProbeClient | string;
  node: ProbeClient | string;
}

const known = new WeakMap<Strangers, Promise<StrangerClients>>();

/** Returns the clients of a run's strangers. Waits for their pods when it is first called. */
export function clientsOf(run: Run, strangers: Strangers): Promise<StrangerClients> {
  const found = known.get(strangers) ?? waitForClients(run, strangers);
  known.set(strangers, found);
  return found;
}

async function waitForClients(run: Run, strangers: Strangers): Promise<StrangerClients> {
  const { problem, nodeProblem } = strangers;
  const [outsider, node] = await Promise.all([
    problem ?? clientOf(run, strangers, OUTSIDER),
    nodeProblem ?? clientOf(run, strangers, NODE),
  ]);
  return { outsider, node };
}

async function clientOf(run: Run, { namespace }: Strangers, name: string): Promise<ProbeClient | string> {
  const { kube, made, limits, signal } = run;
  const workload = { namespace, name };
  let refusal: string | undefined;
  let isReady = false;
  await waitFor(
    async () => {
      isReady = podsOf(workload, await podsIn(kube, [namespace]), made).some(isRunning);
      if (!isReady) refusal = await refusalOf(run, namespace, name);
      return isReady || refusal !== undefined;
    },
    { what: `a READY pod of ${name}`, limitMs: limits.readyMs, signal },
  ).catch(unlessLate);
  if (refusal !== undefined) return refusal;
  if (!isReady) return `its pod was not READY after ${limits.readyMs / 1000} s`;
  return openProbeClient(run, workload, 'curl').catch((error: unknown) => {
    if (!(error instanceof InconclusiveError)) throw error;
    return messageOf(error);
  });
}

/** Returns why the cluster does not let a Deployment have its pod; undefined if it does. */
async function refusalOf({ kube }: Run, namespace: string, name: string): Promise<string | undefined> {
  const all = await list<Deployment>(kube, typeOf('Deployment'), { namespace });
  const failure = replicaFailure(all.find(({ metadata }) => metadata.name === name));
  return failure && (failure.message ?? 'the cluster refuses its pod');
}
