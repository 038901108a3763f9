import { setTimeout as pause } from 'node:timers/promises';
import pRetry from 'p-retry';
import { podsIn, type Run } from '../mesh/index.ts';
import { pathOf, type Workload, workloadNamed } from '../model/index.ts';
import { InconclusiveError } from '../platform/errors.ts';
import { openSession, type Session } from '../platform/kube/index.ts';
import { unlessLate, waitFor } from '../platform/wait.ts';
import type { ProbeClient } from '../probe/index.ts';
import { placed } from '../scenario/index.ts';
import { isEnding, isRunning, type Pod, podsOf } from '../verdict/index.ts';

/** A run as far as its clients need it, which is before it has any. */
type ClientRun = Omit<Run, 'probeClients'>;

/**
 * Opens one shell in each client pod, to be closed at the end of the run. If a connection drops, tries again: nothing
 * was asked yet, so no answer is lost.
 * @throws InconclusiveError if one does not answer in time
 */
export async function openProbeClients(run: ClientRun): Promise<Run['probeClients']> {
  return new Map(
    await Promise.all(
      clientsOf(run).map(
        async ([path, container]) => [path, await openProbeClient(run, workloadOf(run, path), container)] as const,
      ),
    ),
  );
}

/**
 * Opens a shell in a pod of a workload that the run created, to be closed at the end of the run.
 * @throws InconclusiveError if it does not answer in time
 */
export async function openProbeClient(run: ClientRun, workload: WorkloadName, container: string): Promise<ProbeClient> {
  const { openMs, openRetries, reopenMs } = run.limits;
  const end = performance.now() + openMs;
  const probeClient = probeClientOf(run, workload, container);
  run.cleanup.add(`closing the shell in ${workload.namespace}/${workload.name}`, async () => probeClient.close());
  await pRetry(() => probeClient.run(':', left(end)), {
    retries: openRetries,
    minTimeout: reopenMs,
    factor: 1,
    signal: run.signal,
    shouldRetry: ({ error }) => error instanceof InconclusiveError,
  });
  return probeClient;
}

/** A workload, by its names in the run. */
type WorkloadName = Pick<Workload, 'namespace' | 'name'>;

/**
 * Returns a client whose shell is opened when it is first needed, and opened again after it was lost, in the pod that
 * the client has then. If that is another pod, a note of the run says so.
 */
function probeClientOf(run: ClientRun, workload: WorkloadName, container: string): ProbeClient & { close(): void } {
  const client = `${workload.name}.${workload.namespace}`;
  let pod: Pod | undefined;
  let session: Promise<Session> | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const open = async (end: number): Promise<Session> => {
    const found = await readyPod(run, workload, end, pod);
    if (pod !== undefined && pod.metadata.uid !== found.metadata.uid) {
      run.mesh.notes.push(`${client}'s pod was replaced: ${pathOf(pod)} by ${pathOf(found)}`);
    }
    pod = found;
    const { namespace = '', name } = found.metadata;
    return openSession(run.kube, { namespace, pod: name, container }, left(end));
  };
  const ask = async (script: string, end: number): ReturnType<ProbeClient['run']> => {
    session ??= open(end);
    try {
      return await (await session).run(script, left(end));
    } catch (error) {
      session = undefined;
      throw error;
    }
  };
  return {
    run: (script, timeoutMs) => {
      const end = performance.now() + timeoutMs;
      // An abandoned step may still be asking when the next one begins.
      const turn = last.then(() => ask(script, end));
      last = turn.catch(() => {});
      return turn;
    },
    close: () => {
      session?.then((opened) => opened.close()).catch(() => {});
    },
  };
}

/**
 * Waits for a running and ready pod of the client, and prefers the one that was used before.
 * @param end when to give up, on performance.now's clock
 * @throws InconclusiveError if there is none in time
 */
async function readyPod(
  { kube, made, signal }: ClientRun,
  workload: WorkloadName,
  end: number,
  last?: Pod,
): Promise<Pod> {
  const { namespace, name } = workload;
  let seen: Pod[] | undefined;
  const look = async (): Promise<Pod | undefined> => {
    seen = podsOf(workload, await podsIn(kube, [namespace]), made);
    const ready = seen.filter((pod) => isRunning(pod) && !isEnding(pod));
    return ready.find(({ metadata }) => metadata.uid === last?.metadata.uid) ?? ready[0];
  };
  const what = `a READY pod of ${name}.${namespace}`;
  const silent = Symbol('silent');
  const found = await Promise.race([
    waitFor(look, { what, limitMs: left(end), signal }).catch(unlessLate),
    pause(left(end), silent, { ref: false }),
  ]);
  if (found !== undefined && found !== silent) return found as Pod;
  if (seen === undefined)
    throw new InconclusiveError(`${kube.label} does not tell which pods ${name}.${namespace} has`);
  const states = seen.map((pod) => `${pathOf(pod)} ${isEnding(pod) ? 'is being deleted' : 'is not ready'}`);
  throw new InconclusiveError(`${name}.${namespace} has no pod to ask from: ${states.join(', ') || 'there is none'}`);
}

function workloadOf({ topology, namespaces }: ClientRun, path: string): Workload {
  const found = workloadNamed(topology.workloads, placed(path, namespaces));
  if (found === undefined) throw new InconclusiveError(`there is no workload ${path} to ask from`);
  return found;
}

/** Returns the clients of all topologies, as `namespace/name`, with the container that has curl. */
function clientsOf({ topologies }: ClientRun): [string, string][] {
  return topologies.flatMap(({ clients }) => [...clients]);
}

/** Returns the milliseconds left until a time, at least one, so that a call with no time left ends at once. */
function left(end: number): number {
  return Math.max(1, Math.ceil(end - performance.now()));
}
