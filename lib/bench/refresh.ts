import { askScript, readAnswers } from '../probe/ask.ts';
import { observationOf } from '../probe/read.ts';
import type { Run } from '../run/run.ts';
import { urlOf } from '../run/traffic.ts';

/** Asks every pair of a run once, all clients at the same time, and reads the answers. Returns whether each was answered. */
export async function refresh(run: Run): Promise<boolean> {
  const { requestMs, batchMs } = run.limits;
  const traffic = run.topologies.flatMap((topology) => topology.traffic);
  const observations = await Promise.all(
    [...run.probeClients].map(async ([client, { run: ask }]) => {
      const urls = traffic.filter(({ from }) => from === client).map((one) => urlOf(one, run.namespaces));
      const { stdout } = await ask(askScript([{ urls }], requestMs / 1000), urls.length * requestMs + batchMs);
      return readAnswers(stdout, [{ urls }], Date.now()).map(observationOf);
    }),
  );
  return observations.flat().every(({ kind }) => kind === 'mtls' || kind === 'plain');
}
