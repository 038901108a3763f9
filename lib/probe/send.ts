import type { Answer } from '../verdict/index.ts';
import { limitOf } from './phases/index.ts';
import type { Schedule } from './schedule.ts';
import { readAnswers } from './traffic/answers.ts';
import { askScript, newMark, type RequestGroup, type TakePort } from './traffic/ask.ts';
import type { ProbeClient } from './types.ts';

/** A script to run before requests, and what reads its output and returns the rest. */
export interface First {
  script: string;
  read(stdout: string): string;
}

interface How {
  /** The time limit of each request, in milliseconds. */
  requestMs?: number;
  /** When to give up. */
  until?: number;
  first?: First | undefined;
}

/**
 * Sends requests with a client and returns their answers, in order.
 * @throws InconclusiveError if they do not come in time, or cannot be read
 */
export async function ask(
  schedule: Schedule,
  client: string,
  requests: RequestGroup[],
  { requestMs = schedule.asking.convergence.requestMs, until = limitOf(schedule), first }: How = {},
): Promise<Answer[]> {
  const { convergence } = schedule.asking;
  const count = requests.reduce((sum, { targets }) => sum + targets.length, 0);
  const mark = newMark();
  const takePort = schedule.takePort.get(client) as TakePort;
  const script = askScript(requests, { mark, requestSeconds: requestMs / 1000, takePort });
  const left = Math.max(convergence.minBatchMs, until - now());
  const { stdout } = await clientOf(schedule, client).run(
    first === undefined ? script : `${first.script}\n${script}`,
    Math.min(requestMs * count + convergence.batchMs, left),
  );
  return readAnswers(first === undefined ? stdout : first.read(stdout), requests, { mark, endedAt: now() });
}

/** Returns the client of that name. @throws Error if there is none */
export function clientOf({ asking }: Schedule, client: string): ProbeClient {
  const probeClient = asking.probeClients.get(client);
  if (probeClient === undefined) throw new Error(`no probe client for ${client}`);
  return probeClient;
}

/** Returns milliseconds since the epoch, more precise than Date.now and monotonic. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
