import { notObserved } from '../../observation.ts';
import type { Answer, Observation } from '../../observed.ts';
import type { AnsweredBatch, AskedRecord, Batch, LostBatch, Pair, Shown } from '../../record/asked.ts';
import { observedIn } from './control.ts';
import { emptyTally, record, type Tally } from './tally.ts';

// From a record's batches to tallies. A run tallies each batch as it comes, in the same way.

/** What tallies are made of. */
export type Tallied = Pick<AskedRecord, 'pairs' | 'shown' | 'pods'>;

/** One observation of a batch. */
export interface BatchObservation {
  pair: Pair;
  shown: Shown;
  observation: Observation;
}

/** Returns the tally of each pair after all batches. */
export function talliesOf(asked: Tallied & Pick<AskedRecord, 'batches'>): Map<Pair, Tally> {
  const tallies = new Map(asked.pairs.map((pair) => [pair, emptyTally()]));
  for (const batch of asked.batches) addBatch(tallies, asked, batch);
  return tallies;
}

/**
 * Adds a batch to the tallies of its pairs.
 * @param answers those of the batch, in order, as evidence; the first of each sort if left out
 * @returns what was observed, in order; nothing of a batch that was lost
 */
export function addBatch(
  tallies: ReadonlyMap<Pair, Tally>,
  asked: Tallied,
  batch: Batch,
  answers?: readonly Answer[],
): BatchObservation[] {
  if ('because' in batch) {
    addLost(tallies, asked, batch);
    return [];
  }
  const observed = observedIn(answersIn(batch, asked), asked.pods);
  return observed.map(({ pair, shown, observation, atMs, sinceMs }, at) => {
    const answer = answers?.[at] ?? shown.first;
    const { by, certificate } = shown;
    const tally = tallies.get(pair) as Tally;
    record(tally, pair, { observation, atMs, sinceMs, part: batch.part, answer, by, certificate });
    return { pair, shown, observation };
  });
}

/** An answer of a batch with its time, in milliseconds since the step was applied. */
interface TimedAnswer {
  pair: Pair;
  shown: Shown;
  atOnce: boolean;
  atMs: number;
  /** The earliest time at which it may have come, if the harness stood still before it read it. */
  sinceMs: number;
}

/**
 * Returns the answers of a batch in order. Their times are computed backwards from its end, and the earliest possible ones
 * forwards from its start. Requests made at once are assumed to end together, after the slowest.
 */
function answersIn({ sentMs, endedMs, rounds }: AnsweredBatch, { pairs, shown }: Tallied): TimedAnswer[] {
  const answers: TimedAnswer[] = [];
  let sinceMs = sentMs;
  let leftMs = rounds.flatMap((round) => timeOf(round)).reduce((sum, ms) => sum + ms, 0);
  for (const { atOnce = false, came } of rounds) {
    const [togetherMs = 0] = atOnce ? timeOf({ atOnce, came }) : [];
    leftMs -= togetherMs;
    for (const [pair, what, ms] of came) {
      if (!atOnce) {
        sinceMs += ms;
        leftMs -= ms;
      }
      answers.push({
        pair: pairs[pair] as Pair,
        shown: shown[what] as Shown,
        atOnce,
        atMs: endedMs - leftMs,
        sinceMs,
      });
    }
  }
  return answers;
}

/** Returns how long a round took: the times of its requests, or that of the slowest. */
function timeOf({ atOnce, came }: AnsweredBatch['rounds'][number]): number[] {
  const times = came.map(([, , ms]) => ms);
  return atOnce ? [Math.max(0, ...times)] : times;
}

/** If the client was lost, nothing is known of any of its pairs. Of a batch that came, every answer may have been wrong. */
function addLost(tallies: ReadonlyMap<Pair, Tally>, { pairs }: Tallied, batch: LostBatch): void {
  const { client, because, isUnreadable, asked, knownMs, sentMs, part } = batch;
  const missed = isUnreadable ? asked.map((at) => pairs[at] as Pair) : pairs.filter((pair) => pair.client === client);
  const observation = notObserved(because);
  for (const pair of missed) {
    const tally = tallies.get(pair) as Tally;
    record(tally, pair, { observation, atMs: knownMs, sinceMs: sentMs, part, lost: !isUnreadable });
  }
}
