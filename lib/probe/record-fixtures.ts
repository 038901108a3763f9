import { defaultLimits as convergence } from '../platform/limits.ts';
import { judgePairs } from '../verdict/judge/pairs.ts';
import type { Judgement } from '../verdict/judgement.ts';
import type { Answer } from '../verdict/observed.ts';
import type { AnsweredBatch, AskedRecord, Pair } from '../verdict/record/asked.ts';
import { converge } from './converge.ts';
import { type JudgementInWords, told } from './fixtures.ts';
import { shownBy } from './traffic/read.ts';
import type { Asking } from './types.ts';

// What a step asked and what came, for tests of how that is judged.

/** Asks a step's cells, and returns the judgement of each, by its id. */
export async function judged(asking: Asking): Promise<Record<string, JudgementInWords>> {
  return (await askedAndJudged(asking)).judgements;
}

/**
 * Asks a step's cells, and judges them. Fails if the record, written as JSON and read again, leads to other judgements.
 * @returns the record, and the judgement of each cell, by its id
 */
export async function askedAndJudged(
  asking: Asking,
): Promise<{ asked: AskedRecord; judgements: Record<string, JudgementInWords> }> {
  const { asked, tallies } = await converge(asking);
  const judgements = judgePairs(asked, tallies);
  const readAgain = JSON.parse(JSON.stringify(asked)) as AskedRecord;
  expect(withoutEvidence(judgePairs(readAgain))).toEqual(withoutEvidence(judgements));
  return { asked, judgements: Object.fromEntries([...judgements].map(([id, judgement]) => [id, told(judgement)])) };
}

/** Returns judgements without the answers that they show as evidence: a record has the first of each sort alone. */
function withoutEvidence(judgements: ReadonlyMap<string, Judgement>): [string, Judgement][] {
  return [...judgements].map(([id, judgement]) => {
    const seen = judgement.seen.map(({ evidence: _, ...sort }) => sort);
    return [id, { ...judgement, seen }];
  });
}

/** Returns the record of a step in which nothing was asked yet. */
export function recordOf(pairs: Pair[], changes: Partial<AskedRecord> = {}): AskedRecord {
  return { pairs, shown: [], batches: [], pods: {}, limits: convergence, ...changes };
}

/** The requests of a pair and their answers; those of a round come one after the other, or all at once. */
export type Answered = [pair: Pair, answer: Answer];

/**
 * Returns a batch of a record, to which it adds what the answers show.
 * @param rounds the answers of each round, in order
 */
export function batchOf(
  { pairs, shown }: AskedRecord,
  sent: Omit<AnsweredBatch, 'rounds'>,
  rounds: { atOnce?: true; answers: Answered[] }[],
): AnsweredBatch {
  return {
    ...sent,
    rounds: rounds.map(({ atOnce, answers }) => ({
      ...(atOnce && { atOnce }),
      came: answers.map(([pair, answer]) => {
        shown.push(shownBy(answer, pair, { pods: new Map() }));
        return [pairs.indexOf(pair), shown.length - 1, answer.ms];
      }),
    })),
  };
}
