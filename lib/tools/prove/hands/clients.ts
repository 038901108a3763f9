import { InconclusiveError } from '../../../platform/errors.ts';
import { openSession } from '../../../platform/kube/index.ts';
import { quoted } from '../../../platform/shell.ts';
import { certificatesTarget, hashesIn, type ProbeClient } from '../../../probe/index.ts';
import { processesOf, signalAll } from '../machine.ts';
import type { Grip } from './grip.ts';
import { podOf } from './workloads.ts';

// What saboteurs do in the pods of clients.

/** A variable of the environment that only scripts of saboteurs have. */
const MARK = 'AUTOMTLS_PROVE=1';

/** Returns the hash of the certificate that the sidecar of a client has. @throws InconclusiveError if it shows none */
export async function certificateOf(grip: Grip, client: string): Promise<string> {
  const shell = await readyShell(grip, client);
  const { stdout } = await shell.run(`curl -s '${certificatesTarget.url}'`, grip.limits.openMs);
  const [hash] = hashesIn(stdout);
  if (hash === undefined) throw new InconclusiveError(`The sidecar of ${client} does not show its certificate.`);
  return hash;
}

/** Runs a script in the shell that the run has open in a client, and another one afterwards. */
export async function inShell(grip: Grip, client: string, script: string, undo: string): Promise<void> {
  const { limits, mending } = grip;
  const shell = await readyShell(grip, client);
  mending.add(`repairing the shell in ${client}`, async () => {
    await shell.run(undo, limits.openMs);
  });
  await shell.run(script, limits.openMs);
}

/** Begins to run a script in a client, in a shell of its own. The script's process is killed afterwards. */
export async function inBackground(grip: Grip, client: string, script: string): Promise<void> {
  const { kube, limits, mending } = grip;
  const { metadata, spec } = await podOf(grip, client);
  const container = spec.containers.find(({ name }) => name !== 'istio-proxy')?.name as string;
  const where = { namespace: metadata.namespace as string, pod: metadata.name, container };
  const session = await openSession(kube, where, limits.openMs);
  mending.add(`ending a script in ${client}`, async () => {
    session.close();
    signalAll(await processesOf(metadata.name, { variable: MARK }), 'SIGKILL');
  });
  session.run(`exec env ${MARK} sh -c ${quoted(script)}`, limits.goneMs).catch(() => {});
}

async function readyShell({ probeClients, limits }: Grip, client: string): Promise<ProbeClient> {
  const shell = probeClients.get(client);
  if (shell === undefined) throw new InconclusiveError(`${client} is no client of the run.`);
  // The pod may have been replaced, and the first script after that finds the old shell lost.
  await shell.run(':', limits.openMs).catch(() => {});
  return shell;
}
