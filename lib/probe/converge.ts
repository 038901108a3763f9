import { setTimeout as pause } from 'node:timers/promises';
import { InconclusiveError, messageOf } from '../errors.ts';
import { notObserved } from '../verdict/observation.ts';
import { UnreadableError } from './answers.ts';
import type { Request } from './ask.ts';
import { changes } from './changes.ts';
import { isUnanswered, observationsOf, type Round } from './control.ts';
import { evidenceOf } from './counted.ts';
import { requestsTo } from './counters.ts';
import { judge } from './judge.ts';
import { areGone, sampleAfter } from './phases/connections.ts';
import { sampleIsOver } from './phases/sample.ts';
import { isToReadEarly } from './phases/unseen.ts';
import { plan } from './plan.ts';
import { advance, enter, isIdle, wake } from './progress.ts';
import {
  certify,
  firstOutbound,
  isLost,
  readAtLast,
  readCounters,
  readFirstOutbound,
  readLastOutbound,
} from './readings.ts';
import { partAt, type Schedule, scheduleOf, tallyOf } from './schedule.ts';
import { ask, now } from './send.ts';
import { type Part, record } from './tally.ts';
import type { Asking, Cell, Judgement } from './types.ts';
import { varied } from './variations.ts';
import { witnessed } from './witness.ts';

/**
 * Asks all cells, with all clients at the same time and without pauses. The first part lasts until every cell that the
 * step changes has been observed changed, the second until connections pooled before the step are gone. The third is
 * the sample, in which every wrong answer counts. Its size is fixed in advance: asking until enough consecutive answers
 * are right would let a mesh pass that is sometimes wrong.
 * @returns a judgement for each cell, by cell id
 */
export async function converge(asking: Asking): Promise<Map<string, Judgement>> {
  const { cells, convergence, signal } = asking;
  signal.throwIfAborted();
  const schedule = scheduleOf(asking);

  // If one client fails, the others stop. ^C does not wait for requests in flight.
  const ended = new AbortController();
  const either = AbortSignal.any([signal, ended.signal]);
  const interrupted = Promise.withResolvers<never>();
  either.addEventListener('abort', () => interrupted.reject(either.reason), { once: true });
  const clients = Map.groupBy(cells, ({ client }) => client);
  const sent: Promise<void>[] = [];
  const askAndRead = async ([client, own]: [string, Cell[]]): Promise<void> => {
    await askOn(schedule, client, own, either);
    // What a client's own sidecar sent is complete now, whatever other clients still ask.
    const read = readLastOutbound(schedule, client);
    read.catch(() => {});
    sent.push(read);
  };
  const all = Promise.all([...clients].map(askAndRead)).then(async () => {
    [schedule.last] = await Promise.all([readAtLast(schedule, either), ...sent]);
    if (asking.counters !== undefined) await certify(schedule);
    asking.onPart?.('sample');
  });
  await Promise.race([all, interrupted.promise]).finally(() => ended.abort());
  return new Map(
    cells.map((cell) => {
      const judgement = judge(cell, tallyOf(schedule, cell), convergence);
      return [
        cell.id,
        asking.counters === undefined ? judgement : witnessed(cell, judgement, evidenceOf(schedule, cell, judgement)),
      ];
    }),
  );
}

/** Asks one client's cells until its part of the sample is over. */
async function askOn(schedule: Schedule, client: string, own: Cell[], signal: AbortSignal): Promise<void> {
  // If no cell changes, a small first batch shows whether the client gets any answer.
  let came: Came = schedule.asking.cells.some(changes) ? 'answers' : 'nothing';
  for (;;) {
    advance(schedule, now());
    if (client === schedule.reader && isToReadEarly(schedule)) {
      await readEarly(schedule);
      advance(schedule, now());
    }
    if (client === schedule.reader && schedule.phase.name === 'connections') await tryToSample(schedule);
    if (signal.aborted || sampleIsOver(schedule, client, own, now())) return;
    if (isIdle(schedule, client, own)) {
      if (await readFirstOutbound(schedule, client)) continue;
      await Promise.race([schedule.moved.promise, aborted(signal)]);
      continue;
    }
    came = await askBatch(schedule, client, own, came);
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
type Came = 'answers' | 'nothing' | 'lost';

/** Sends one batch of a client and records its result. */
async function askBatch(schedule: Schedule, client: string, own: Cell[], before: Came): Promise<Came> {
  const sentAt = now();
  const heardBefore = before === 'answers';
  const { requestMs } = schedule.asking.convergence;
  const rounds = plan(schedule, own, { at: sentAt, heard: heardBefore });
  const part = partAt(schedule, sentAt);
  // What is asked before the sample must not be taken for requests of it.
  if (part !== 'sample') schedule.outbound.delete(client);
  const requests = requestsOf(schedule, client, { rounds, part });
  const tokens = requests.flatMap(({ targets }) => targets).map(({ variation }) => variation?.token);
  const order = rounds.flatMap(({ cells, atOnce }) => cells.map((cell) => ({ cell, atOnce })));
  const { appliedAt } = schedule.asking;
  try {
    const first = part === 'sample' ? firstOutbound(schedule, client) : undefined;
    const limitMs = heardBefore ? requestMs : requestMs / 2;
    const answers = await ask(schedule, client, requests, { requestMs: limitMs, first });
    const asked = order.map((one, at) => ({ ...one, answer: answers[at] as (typeof answers)[number] }));
    const observations = observationsOf(asked, schedule.asking.pods ?? new Map());
    // If this process stood still, an answer was there earlier than it was read, but not before those that came first.
    let sinceMs = sentAt - appliedAt;
    for (const [at, observation] of observations.entries()) {
      const { cell, answer, atOnce } = asked[at] as (typeof asked)[number];
      if (!atOnce) sinceMs += answer.ms;
      record(tallyOf(schedule, cell), cell, { observation, atMs: answer.at - appliedAt, sinceMs, part, answer });
      const token = tokens[at];
      if (token !== undefined) schedule.asking.onAnswer?.(cell, { token, observation, counts: part === 'sample' });
    }
    const seen = asked.map((one, at) => ({ ...one, observation: observations[at] as (typeof observations)[number] }));
    const heard = observations.some(({ kind }) => kind !== 'not-observed');
    if (heard) schedule.heardAt.set(client, now());
    schedule.batches.push({
      client,
      sentAt,
      endedAt: now(),
      requests: requestsTo(seen, schedule.mixed, schedule.counted),
    });
    return heard ? 'answers' : 'nothing';
  } catch (error) {
    if (!(error instanceof InconclusiveError)) throw error;
    const observation = notObserved({ code: 'client-lost', error: messageOf(error) });
    // Of a batch that came, but cannot be read, every answer may have been a wrong one.
    const lost = !(error instanceof UnreadableError);
    const missed = lost ? own : order.map(({ cell }) => cell);
    const unread = { observation, atMs: now() - appliedAt, sinceMs: sentAt - appliedAt, part, lost };
    for (const cell of missed) record(tallyOf(schedule, cell), cell, unread);
    const sent = [...Map.groupBy(order, ({ cell }) => cell.server)].map(
      ([server, some]) => [server, some.length] as const,
    );
    // The pod may still be sending the requests of the lost batch.
    schedule.batches.push({ client, sentAt, endedAt: Number.POSITIVE_INFINITY, requests: new Map(sent) });
    return lost ? 'lost' : 'nothing';
  }
}

/**
 * Returns the requests of a client's rounds. In the sample, what is to be refused is asked for as users ask; what was not
 * refused so far shows more where servers show the request.
 */
function requestsOf(
  schedule: Schedule,
  client: string,
  { rounds, part }: { rounds: Round[]; part: Part },
): Request<Cell>[] {
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
