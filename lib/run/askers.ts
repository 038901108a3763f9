import { InconclusiveError } from '../errors.ts';
import type { Kube } from '../kube/connect.ts';
import { type Container, openSession, type Session } from '../kube/session.ts';
import type { Asker } from '../probe/converge.ts';
import { clients } from './pairs.ts';
import type { Readiness } from './ready.ts';
import type { Run } from './run.ts';

/** Opens one shell in each client pod; they close with the run. */
export async function openAskers(run: Run, pods: Readiness[]): Promise<void> {
  await Promise.all(
    clients.map(async (role) => {
      const namespace = run.namespaces[role];
      const pod = pods.find(({ workload }) => workload.name === 'sleep' && workload.namespace === namespace)?.pod;
      if (pod === undefined) throw new InconclusiveError(`${namespace} has no sleep pod to ask from`);
      const asker = askerIn(run.kube, { namespace, pod, container: 'sleep' });
      run.unwinding.add(`closing the shell in ${namespace}`, async () => asker.close());
      await asker.run(':', 10_000);
      run.askers.set(role, asker);
    }),
  );
}

/** Returns an asker whose shell is opened when it is first needed, and anew after it was lost. */
function askerIn(kube: Kube, where: Container): Asker & { close(): void } {
  let session: Promise<Session> | undefined;
  return {
    run: async (script, timeoutMs) => {
      session ??= openSession(kube, where);
      try {
        return await (await session).run(script, timeoutMs);
      } catch (error) {
        session = undefined;
        throw error;
      }
    },
    close: () => {
      session?.then((open) => open.close()).catch(() => {});
    },
  };
}
