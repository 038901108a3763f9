import { setTimeout as pause } from 'node:timers/promises';
import { InconclusiveError, messageOf } from '../errors.ts';
import { askScript, readAnswers } from './ask.ts';
import { orderOf, sightsOf } from './control.ts';
import { judge, settled } from './judge.ts';
import { changes, emptyTally, record, restart, type Tally } from './tally.ts';
import type { Cell, Judgement, Patience } from './types.ts';

/** A client pod that runs one script after the other; lost ones are opened anew by whoever gives it. */
export interface Asker {
  run(script: string, timeoutMs: number): Promise<{ stdout: string }>;
}

/** Milliseconds before a lost exec is tried again. */
const REOPEN_MS = 200;

/**
 * Asks all cells, every client at once and without pause, until each has settled together or the deadline is up.
 * A cell that a step leaves as it was proves nothing of the step's arrival: its answers count from when
 * every cell that does change has been seen changed.
 * @param appliedAt when the step's API call began, in milliseconds since the epoch
 * @returns a judgement for each cell, by its id
 */
export async function converge(options: {
  cells: Cell[];
  askers: ReadonlyMap<string, Asker>;
  appliedAt: number;
  patience: Patience;
  signal: AbortSignal;
}): Promise<Map<string, Judgement>> {
  const { cells, askers, appliedAt, patience, signal } = options;
  signal.throwIfAborted();
  const tallies = new Map(cells.map((cell) => [cell, emptyTally()]));
  const entries = [...tallies];
  const witnesses = entries.filter(([cell]) => changes(cell));
  const begun = now();
  let arrivedAt = witnesses.length === 0 ? appliedAt : Number.POSITIVE_INFINITY;

  const noteArrival = (): void => {
    if (arrivedAt <= now() || !witnesses.every(([cell, tally]) => tally.arrived || settled(cell, tally, patience)))
      return;
    arrivedAt = now();
    for (const [cell, tally] of entries) if (!changes(cell)) restart(tally);
  };
  const done = (): boolean =>
    arrivedAt <= now() &&
    entries.every(([cell, tally]) => settled(cell, tally, patience)) &&
    (witnesses.length > 0 || now() - begun >= patience.unwitnessedMs);

  // One client's failure ends the others' asking, and ^C does not wait for answers that are under way.
  const ended = new AbortController();
  const either = AbortSignal.any([signal, ended.signal]);
  const interrupted = Promise.withResolvers<never>();
  either.addEventListener('abort', () => interrupted.reject(either.reason), { once: true });
  const asking = [...Map.groupBy(cells, ({ client }) => client)].map(async ([client, own]) => {
    const asker = askers.get(client);
    if (asker === undefined) throw new Error(`no asker for ${client}`);
    const order = orderOf(own, patience.asksPerGo);
    while (!done() && now() - appliedAt < patience.deadlineMs && !either.aborted) {
      const heard = await go(asker, order, { tallies, appliedAt, arrivedAt: () => arrivedAt, patience });
      noteArrival();
      if (!heard) await pause(REOPEN_MS, undefined, { signal: either }).catch(() => {});
    }
  });
  await Promise.race([Promise.all(asking), interrupted.promise]).finally(() => ended.abort());
  return new Map(entries.map(([cell, tally]) => [cell.id, judge(cell, tally, patience)]));
}

interface Going {
  tallies: Map<Cell, Tally>;
  appliedAt: number;
  /** When every cell that changes had been seen changed; infinity before. */
  arrivedAt: () => number;
  patience: Patience;
}

/** Asks the cells of one client once, in order. Returns whether the client could be heard. */
async function go(asker: Asker, order: Cell[], { tallies, appliedAt, arrivedAt, patience }: Going): Promise<boolean> {
  const urls = order.map(({ url }) => url);
  try {
    const timeoutMs = (patience.requestSeconds * urls.length + 5) * 1000;
    const { stdout } = await asker.run(askScript(urls, patience.requestSeconds), timeoutMs);
    const answers = readAnswers(stdout, urls, now());
    const asked = answers.map((answer, at) => ({ cell: order[at] as Cell, answer }));
    for (const [at, sight] of sightsOf(asked).entries()) {
      const { cell, answer } = asked[at] as (typeof asked)[number];
      if (answer.at - appliedAt > patience.deadlineMs) break;
      const tally = tallies.get(cell) as Tally;
      record(tally, cell, sight, answer.at - appliedAt, answer);
      // The other client may have seen the step arrive while this one's go, begun before, was under way.
      if (arrivedAt() <= now() && !changes(cell) && answer.at - answer.ms < arrivedAt()) restart(tally);
    }
    return true;
  } catch (error) {
    if (!(error instanceof InconclusiveError)) throw error;
    const why = messageOf(error);
    for (const cell of new Set(order))
      record(tallies.get(cell) as Tally, cell, { kind: 'unseen', why }, now() - appliedAt);
    return false;
  }
}

/** Milliseconds since the epoch, finer than Date.now and never going back. */
function now(): number {
  return performance.timeOrigin + performance.now();
}
