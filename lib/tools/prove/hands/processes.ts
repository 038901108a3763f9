import { firewallRule, processesOf, signalAll } from '../machine.ts';
import type { Grip } from './grip.ts';
import { podOf } from './workloads.ts';

// What saboteurs do to the processes of pods.

/** Stops the processes of a workload's pod, for a time in milliseconds or until the end. */
export async function freeze(
  grip: Grip,
  workload: string,
  { program, forMs }: { program?: string; forMs?: number },
): Promise<void> {
  const ids = await processesOf((await podOf(grip, workload)).metadata.name, { program });
  const timer = forMs === undefined ? undefined : setTimeout(() => signalAll(ids, 'SIGCONT'), forMs);
  grip.mending.add(`letting ${workload} continue`, async () => {
    clearTimeout(timer);
    signalAll(ids, 'SIGCONT');
  });
  signalAll(ids, 'SIGSTOP');
}

/** Kills a program in a workload's pod. */
export async function kill(grip: Grip, workload: string, program: string): Promise<void> {
  signalAll(await processesOf((await podOf(grip, workload)).metadata.name, { program }), 'SIGKILL');
}

/** Adds rules of iptables in the network of a workload's pod. */
export async function firewall(grip: Grip, workload: string, rules: string[][]): Promise<void> {
  const [id = 0] = await processesOf((await podOf(grip, workload)).metadata.name);
  for (const rule of rules) {
    grip.mending.add(`deleting a rule of iptables in ${workload}`, () => firewallRule(id, '-D', rule));
    await firewallRule(id, '-I', rule);
  }
}
