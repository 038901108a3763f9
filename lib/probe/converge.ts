import { setTimeout as pause } from 'node:timers/promises';
import { InconclusiveError, messageOf } from '../platform/errors.ts';
import {
  type Answer,
  type AnsweredBatch,
  type AnswerPhase,
  type AskedRecord,
  addBatch,
  type Batch,
  type BatchObservation,
  changes,
  isUnanswered,
  type Pair,
  type SidecarsRecord,
  type Tally,
} from '../verdict/index.ts';
import { areGone, sampleAfter } from './phases/connections.ts';
import { sampleIsOver } from './phases/sample.ts';
import { isToReadEarly } from './phases/unseen.ts';
import { plan } from './plan.ts';
import { advance, enter, isIdle, wake } from './progress.ts';
import { phaseAt, type Schedule, sampleOf, scheduleOf, tallyOf } from './schedule.ts';
import { ask, now } from './send.ts';
import {
  certify,
  firstOutbound,
  isLost,
  readAtLast,
  readCounters,
  readFirstOutbound,
  readLastOutbound,
} from './sidecars/readings.ts';
import { UnreadableError } from './traffic/answers.ts';
import type { RequestGroup } from './traffic/ask.ts';
import { shownBy } from './traffic/read.ts';
import type { Round } from './traffic/rounds.ts';
import { varied } from './traffic/variations.ts';
import type { Asking, Cell } from './types.ts';

/** What was asked in a step and what came, and the tallies of it that were kept meanwhile. */
export interface Converged {
  asked: AskedRecord;
  tallies: ReadonlyMap<Pair, Tally>;
}

/**
 * Asks all cells, with all clients at the same time and without pauses. The first part lasts until every cell that the
 * step changes has been observed changed, the second until connections pooled before the step are gone. The third is
 * the sample, in which every wrong answer counts. Its size is fixed in advance: asking until enough consecutive answers
 * are right would let a mesh pass that is sometimes wrong.
 */
export async function converge(asking: Asking): Promise<Converged> {
  const { cells, signal } = asking;
  signal.throwIfAborted();
  const schedule = scheduleOf(asking);

  // If one client fails, the others stop. ^C does not wait for requests in flight.
  const ended = new AbortController();
  const either = AbortSignal.any([signal, ended.signal]);
  const interrupted = Promise.withResolvers<never>();
  either.addEventListener('abort', () => interrupted.reject(either.reason), { once: true });
  const clients = Map.groupBy(cells, ({ client }) => client);
  const sent: Promise<void>[] = [];
  const askAndRead = async ([client, ofClient]: [string, Cell[]]): Promise<void> => {
    await askOn(schedule, client, ofClient, either);
    // What a client's own sidecar sent is complete now, whatever other clients still ask.
    const read = readLastOutbound(schedule, client);
    read.catch(() => {});
    sent.push(read);
  };
  const all = Promise.all([...clients].map(askAndRead)).then(async () => {
    [schedule.last] = await Promise.all([readAtLast(schedule, either), ...sent]);
    if (asking.counters !== undefined) await certify(schedule);
    asking.onPhase?.('sample');
  });
  await Promise.race([all, interrupted.promise]).finally(() => ended.abort());
  return { asked: { ...schedule.asked, ...sidecarsOf(schedule) }, tallies: schedule.tallies };
}

/** Returns what the sidecars of clients and servers said, for the record; nothing if they were not asked. */
function sidecarsOf(schedule: Schedule): { sidecars?: SidecarsRecord } {
  const { asking, last, outbound, certificates } = schedule;
  const reading = sampleOf(schedule)?.reading;
  const { counters, endpoints, appliedAt } = asking;
  if (counters === undefined) return {};
  const first = reading && {
    atMs: inTenths(reading.at - appliedAt),
    ...(reading.counts && { counts: reading.counts }),
  };
  const hashes =
    asking.certificates && [...certificates].map(([client, hashesOfClient]) => [client, [...hashesOfClient]]);
  return {
    sidecars: {
      counters: counters.map(({ server, workload, pod, part }) => ({ server, workload, pod, part })),
      ...(first && { first }),
      ...(last && { last }),
      sent: Object.fromEntries(outbound),
      ...(hashes && { certificates: Object.fromEntries(hashes) }),
      ...(endpoints && { endpoints: Object.fromEntries(endpoints) }),
    },
  };
}

/** Asks one client's cells until its part of the sample is over. */
async function askOn(schedule: Schedule, client: string, cells: Cell[], signal: AbortSignal): Promise<void> {
  // If no cell changes, a small first batch shows whether the client gets any answer.
  let came: BatchResult = schedule.asking.cells.some(changes) ? 'answers' : 'nothing';
  for (;;) {
    advance(schedule, now());
    if (client === schedule.reader && isToReadEarly(schedule)) {
      await readEarly(schedule);
      advance(schedule, now());
    }
    if (client === schedule.reader && schedule.phase.name === 'connections') await tryToSample(schedule);
    if (signal.aborted || sampleIsOver(schedule, client, cells, now())) return;
    if (isIdle(schedule, client, cells)) {
      if (await readFirstOutbound(schedule, client)) continue;
      await Promise.race([schedule.moved.promise, aborted(signal)]);
      continue;
    }
    came = await askBatch(schedule, client, cells, came);
    if (came === 'lost') await pause(schedule.asking.convergence.reopenMs, undefined, { signal }).catch(() => {});
  }
}

/** Resolves when the signal aborts. */
function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), { once: true });
  return promise;
}

/** The result of a batch: at least one readable answer, none, or a lost client. */
type BatchResult = 'answers' | 'nothing' | 'lost';

/** Sends one batch of a client and records its result. */
async function askBatch(
  schedule: Schedule,
  client: string,
  ofClient: Cell[],
  before: BatchResult,
): Promise<BatchResult> {
  const sentAt = now();
  const heardBefore = before === 'answers';
  const { requestMs } = schedule.asking.convergence;
  const rounds = plan(schedule, ofClient, { at: sentAt, heard: heardBefore });
  const part = phaseAt(schedule, sentAt);
  // What is asked before the sample must not be taken for requests of it.
  if (part !== 'sample') schedule.outbound.delete(client);
  const requests = requestsOf(schedule, client, { rounds, part });
  const sent = { client, part, sentMs: sinceStep(schedule, sentAt) };
  try {
    const first = part === 'sample' ? firstOutbound(schedule, client) : undefined;
    const limitMs = heardBefore ? requestMs : requestMs / 2;
    const answers = await ask(schedule, client, requests, { requestMs: limitMs, first });
    const endedMs = sinceStep(schedule, answers.at(-1)?.at ?? now());
    const observed = keep(schedule, { ...sent, endedMs, rounds: recordOf(schedule, rounds, answers) }, answers);
    const tokens = requests.flatMap(({ targets }) => targets).map(({ variation }) => variation?.token);
    for (const [at, { pair, observation }] of observed.entries()) {
      const token = tokens[at];
      const counts = part === 'sample';
      if (token !== undefined) schedule.asking.onAnswer?.(pair, { token, observation, counts });
    }
    const heard = observed.some(({ observation }) => observation.kind !== 'not-observed');
    if (heard) schedule.heardAt.set(client, now());
    return heard ? 'answers' : 'nothing';
  } catch (error) {
    if (!(error instanceof InconclusiveError)) throw error;
    const isUnreadable = error instanceof UnreadableError;
    const asked = rounds.flatMap(({ cells }) => cells.map((cell) => placeOf(schedule, cell)));
    const because = { code: 'client-lost' as const, error: messageOf(error) };
    keep(schedule, { ...sent, knownMs: sinceStep(schedule, now()), because, isUnreadable, asked });
    return isUnreadable ? 'nothing' : 'lost';
  }
}

/** Adds a batch to the record and to the tallies, and returns what was observed, in order. */
function keep({ asked, tallies }: Schedule, batch: Batch, answers?: Answer[]): BatchObservation[] {
  asked.batches.push(batch);
  return addBatch(tallies, asked, batch, answers);
}

/** Returns a batch's rounds for the record. */
function recordOf(schedule: Schedule, rounds: Round[], answers: Answer[]): AnsweredBatch['rounds'] {
  const left = [...answers];
  return rounds.map(({ cells, atOnce }) => ({
    ...(atOnce && { atOnce }),
    came: cells.map((cell) => {
      const answer = left.shift() as Answer;
      return [placeOf(schedule, cell), showing(schedule, cell, answer), inTenths(answer.ms)];
    }),
  }));
}

/** Returns the place in the record of what an answer shows, and adds it if it is new. */
function showing({ asked, places, asking }: Schedule, cell: Cell, answer: Answer): number {
  const shown = shownBy(answer, cell, { pods: asking.pods ?? new Map() });
  const key = JSON.stringify(shown);
  const known = places.get(key);
  if (known !== undefined) return known;
  const sort = JSON.stringify(shown.observation);
  const isFirst = !asked.shown.some(({ observation }) => JSON.stringify(observation) === sort);
  places.set(key, asked.shown.length);
  asked.shown.push(isFirst ? { ...shown, first: answer } : shown);
  return asked.shown.length - 1;
}

function placeOf({ pairs }: Schedule, cell: Cell): number {
  return pairs.get(cell) as number;
}

/** Returns a time in milliseconds since the step was applied. */
function sinceStep({ asking }: Schedule, at: number): number {
  return inTenths(at - asking.appliedAt);
}

/** Returns milliseconds as the record has them: more digits would only make it larger. */
function inTenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}

/**
 * Returns the requests of a client's rounds. In the sample, what is to be refused is asked for as users ask; what was not
 * refused so far shows more where servers show the request.
 */
function requestsOf(
  schedule: Schedule,
  client: string,
  { rounds, part }: { rounds: Round[]; part: AnswerPhase },
): RequestGroup<Cell>[] {
  const requests = rounds.map(({ cells, atOnce }) => ({ targets: cells, atOnce }));
  const vary = schedule.asking.variations?.get(client);
  if (vary === undefined) return requests;
  const isRefused = (cell: Cell): boolean => isUnanswered(cell) && tallyOf(schedule, cell).lastRight !== false;
  return varied(requests, vary, (cell) => part === 'sample' && isRefused(cell));
}

/** Reads the counters for a comparison with a later reading. */
async function readEarly(schedule: Schedule): Promise<void> {
  const at = now();
  const counts = await readCounters(schedule);
  // Meanwhile, another client may have begun a later phase, which then has the reading.
  if (schedule.phase.name !== 'sample') schedule.phase.readings.push({ at, counts });
}

/** Begins the sample, unless connections from before the step are still open and may serve another old answer. */
async function tryToSample(schedule: Schedule): Promise<void> {
  const at = now();
  const counts = await readCounters(schedule);
  const { phase } = schedule;
  // Another client began the sample because the time was up, so this reading is not from before the sample.
  if (phase.name !== 'connections') return;
  // The earlier reading is from before the sample, too, so a lost one does not replace it.
  if (phase.reading !== undefined && isLost(counts)) return;
  phase.reading = { at, counts };
  phase.readings.push(phase.reading);
  if (areGone(schedule, phase)) enter(schedule, sampleAfter(phase, now()));
  else wake(schedule);
}
