import { readAnswers } from '../probe/answers.ts';
import { askScript, localPorts, newMark } from '../probe/ask.ts';
import { observationOf } from '../probe/read.ts';
import type { Run } from '../run/run.ts';
import { targetOf } from '../run/traffic.ts';

/** Reading HTTP answers does not need the workloads of pods. */
const asked = { pods: new Map() };

/** Asks every pair of a run once, with all clients at the same time. Returns whether every pair answered. */
export async function refresh(run: Run): Promise<boolean> {
  const { requestMs, batchMs } = run.limits;
  const traffic = run.topologies.flatMap((topology) => topology.traffic);
  const observations = await Promise.all(
    [...run.probeClients].map(async ([client, { run: ask }]) => {
      const targets = traffic.filter(({ from }) => from === client).map((one) => targetOf(one, run.namespaces));
      const mark = newMark();
      const script = askScript([{ targets }], { mark, requestSeconds: requestMs / 1000, takePort: localPorts() });
      const { stdout } = await ask(script, targets.length * requestMs + batchMs);
      return readAnswers(stdout, [{ targets }], { mark, endedAt: Date.now() }).map((answer) =>
        observationOf(answer, 'http', asked),
      );
    }),
  );
  return observations.flat().every(({ kind }) => kind === 'mtls' || kind === 'plain');
}
