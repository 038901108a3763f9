import type { Run } from '../../mesh/index.ts';
import { InconclusiveError } from '../../platform/errors.ts';
import { askScript, localPorts, newMark, observationOf, readAnswers } from '../../probe/index.ts';
import { idOf, targetOf } from '../../scenario/index.ts';
import { type Answer, observationWords } from '../../verdict/index.ts';

/** Reading HTTP answers does not need the workloads of pods. */
const asked = { pods: new Map() };

/**
 * Returns a function that asks every pair of a run once, with all clients at the same time. It returns a sentence for
 * each pair that did not answer, with what came instead.
 */
export function refresher(run: Run): () => Promise<string[]> {
  const { requestMs, batchMs } = run.limits;
  const traffic = run.topologies.flatMap((topology) => topology.traffic);
  const clients = [...run.probeClients].map(([client, { run: ask }]) => {
    const own = traffic.filter(({ from }) => from === client);
    // One for all rounds, so that a client does not ask from a port of a moment ago.
    return { ask, own, takePort: localPorts() };
  });
  return async () => {
    const failures = await Promise.all(
      clients.map(async ({ ask, own, takePort }) => {
        const targets = own.map((one) => targetOf(one, run.namespaces));
        const mark = newMark();
        const script = askScript([{ targets }], { mark, requestSeconds: requestMs / 1000, takePort });
        const { stdout } = await ask(script, targets.length * requestMs + batchMs);
        const answers = readAnswers(stdout, [{ targets }], { mark, endedAt: Date.now() });
        return own.flatMap((one, at) => failureOf(answers[at] as Answer, idOf(one)));
      }),
    );
    return failures.flat();
  };
}

/** The most characters of a body in a message. */
const BODY = 120;

function failureOf(answer: Answer, pair: string): string[] {
  const observation = observationOf(answer, 'http', asked);
  if (observation.kind === 'mtls' || observation.kind === 'plain') return [];
  const body = answer.body.trim().replaceAll(/\s+/g, ' ').slice(0, BODY);
  const words = [observationWords(observation), answer.curlMessage, body].filter(Boolean).join(', ');
  return [`${pair}: expected 200 over mutual TLS or in plain text, got ${words} after ${Math.round(answer.ms)} ms`];
}

/** The most pairs that a message names. */
const NAMED = 3;

/** Returns a text that names the first of these failures; empty if there is none. */
export function failureWords(failures: readonly string[]): string {
  const more = failures.length > NAMED ? [`and ${failures.length - NAMED} more`] : [];
  return [...failures.slice(0, NAMED), ...more].join('; ');
}

/**
 * Asks every pair once.
 * @param when which round it is, for the message
 * @throws InconclusiveError that names the pairs that did not answer
 */
export async function assertAnswers(refresh: () => Promise<string[]>, when: string): Promise<void> {
  const failures = await refresh();
  if (failures.length === 0) return;
  throw new InconclusiveError(
    `In ${when}, ${failures.length === 1 ? 'a pair' : `${failures.length} pairs`} did not answer, so the time says nothing: ${failureWords(failures)}.`,
  );
}
