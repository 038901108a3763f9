import type { Judgement } from '../judgement.ts';
import type { AskedRecord, Pair } from '../record/asked.ts';
import { decide } from './answers/decide.ts';
import { talliesOf } from './answers/replay.ts';
import type { Tally } from './answers/tally.ts';
import { evidenceIn } from './sidecars/evidence.ts';
import { weighed } from './sidecars/weigh.ts';

/**
 * Judges the pairs of a step by what they answered, and by what the sidecars of their clients and servers counted.
 * @param tallies of the record's batches, if there are some already; with them, evidence is the answer that counted first
 * @returns the judgement of each pair, by its id
 */
export function judgePairs(
  asked: AskedRecord,
  tallies: ReadonlyMap<Pair, Tally> = talliesOf(asked),
): Map<string, Judgement> {
  const { pairs, limits, sidecars } = asked;
  const evidenceOf = sidecars && evidenceIn({ asked, sidecars, tallies });
  return new Map(
    pairs.map((pair) => {
      const byAnswers = decide(pair, tallies.get(pair) as Tally, limits);
      const judgement = evidenceOf ? weighed(pair, byAnswers, evidenceOf(pair, byAnswers)) : byAnswers;
      return [pair.id, judgement];
    }),
  );
}
