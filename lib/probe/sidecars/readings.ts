import { InconclusiveError, messageOf } from '../../platform/errors.ts';
import { unlessLate, waitFor } from '../../platform/wait.ts';
import { type Answer, counterId, type Gap, type Reading } from '../../verdict/index.ts';
import { limitOf } from '../phases/index.ts';
import type { Schedule } from '../schedule.ts';
import { ask, clientOf, type First, now } from '../send.ts';
import { newMark } from '../traffic/ask.ts';
import { certificatesTarget, hashesIn } from './certificates.ts';
import { clientsToCertify } from './counted.ts';
import { readingOf } from './counters.ts';
import { outboundIn, outboundScript } from './outbound.ts';

// What is read besides answers: the counters of the sidecars of servers and clients, and the clients' certificates.

/** Returns whether a reading of the counters brought nothing. */
export function isLost(reading: Reading | undefined): boolean {
  return reading === undefined || Object.values(reading).every((counts) => 'code' in counts);
}

/**
 * Reads the counters after the sample. It retries a failed read, because the verdicts depend on it, and has a time of its
 * own, because the sample may have used up all of its time.
 */
export async function readAtLast(schedule: Schedule, signal: AbortSignal): Promise<Reading | undefined> {
  const { graceMs: limitMs, reopenMs: everyMs } = schedule.asking.convergence;
  const until = now() + limitMs;
  let reading: Reading | undefined;
  const look = async (): Promise<boolean> => {
    const next = await readCounters(schedule, until);
    // A later one that was lost as a whole says less.
    if (reading === undefined || !isLost(next)) reading = next;
    return Object.values(next ?? {}).every((counts) => !('code' in counts));
  };
  await waitFor(look, { what: "the sidecars' counters", limitMs, everyMs, signal }).catch(unlessLate);
  return reading;
}

/** Reads the counters of the servers' sidecars now; those that cannot be read have a reason. */
export async function readCounters(schedule: Schedule, until = limitOf(schedule)): Promise<Reading | undefined> {
  const { counters = [] } = schedule.asking;
  if (schedule.reader === undefined || counters.length === 0) return undefined;
  const urls = [...new Set(counters.map(({ url }) => url))];
  const requests = [{ targets: urls.map((url) => ({ url, protocol: 'http' as const })) }];
  try {
    const answers = await ask(schedule, schedule.reader, requests, { until });
    return readingOf(counters, new Map(urls.map((url, at) => [url, answers[at] as Answer])));
  } catch (error) {
    if (!(error instanceof InconclusiveError)) throw error;
    const lost: Gap = { code: 'reading-lost', error: messageOf(error) };
    return Object.fromEntries(counters.map((counter) => [counterId(counter), lost]));
  }
}

/**
 * Returns how to read what the sidecar of a client has counted before its part of the sample, in the same script as its
 * first requests; undefined if it was read already, or nobody needs it.
 */
export function firstOutbound(schedule: Schedule, client: string): First | undefined {
  const clusters = clustersOf(schedule, client);
  if (clusters.length === 0 || schedule.outbound.get(client)?.first !== undefined) return undefined;
  const mark = newMark();
  return {
    script: outboundScript(clusters, { mark, seconds: schedule.asking.convergence.requestMs / 1000 }),
    read: (stdout) => {
      const { reading, rest } = outboundIn(stdout, mark);
      schedule.outbound.set(client, { first: reading });
      return rest;
    },
  };
}

/**
 * Reads what the sidecar of a client has counted while the client waits for others, so that its sample begins at once. If
 * it fails, the sample's first batch reads it.
 * @returns whether it was read now
 */
export async function readFirstOutbound(schedule: Schedule, client: string): Promise<boolean> {
  const first = firstOutbound(schedule, client);
  if (first === undefined) return false;
  try {
    first.read((await clientOf(schedule, client).run(first.script, schedule.asking.convergence.batchMs)).stdout);
    return true;
  } catch (error) {
    if (!(error instanceof InconclusiveError)) throw error;
    return false;
  }
}

/** Reads what the sidecar of a client has counted after its part of the sample. */
export async function readLastOutbound(schedule: Schedule, client: string): Promise<void> {
  const clusters = clustersOf(schedule, client);
  const readings = schedule.outbound.get(client);
  if (readings === undefined || clusters.length === 0) return;
  const mark = newMark();
  const { requestMs, batchMs } = schedule.asking.convergence;
  try {
    const script = outboundScript(clusters, { mark, seconds: requestMs / 1000 });
    const { stdout } = await clientOf(schedule, client).run(script, batchMs);
    readings.last = outboundIn(stdout, mark).reading;
  } catch (error) {
    if (!(error instanceof InconclusiveError)) throw error;
    readings.last = { code: 'reading-lost', error: messageOf(error) };
  }
}

/** Returns the clusters of a client's sidecar whose counters matter; none if nobody compares them. */
function clustersOf({ asking: { cells, endpoints } }: Schedule, client: string): string[] {
  if (endpoints === undefined) return [];
  const ofClient = cells.filter((cell) => cell.client === client && cell.sidecar);
  return [...new Set(ofClient.flatMap(({ clusters = [], routed = [] }) => [...clusters, ...routed]))];
}

/** Reads the certificates of clients' sidecars, if answers show others than those that are known. */
export async function certify(schedule: Schedule): Promise<void> {
  const { certificates } = schedule;
  if (schedule.asking.certificates === undefined) return;
  const requests = [{ targets: [certificatesTarget] }];
  await Promise.all(
    [...clientsToCertify(schedule)].map(async (client) => {
      try {
        const [answer] = await ask(schedule, client, requests);
        const found = answer?.status === 200 ? hashesIn(answer.body) : new Set<string>();
        if (found.size > 0) certificates.set(client, found.union(certificates.get(client) ?? new Set()));
      } catch (error) {
        // Without it, the counters have to be enough.
        if (!(error instanceof InconclusiveError)) throw error;
      }
    }),
  );
}
