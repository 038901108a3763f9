import type { Cell } from '../probe/types.ts';
import { usual } from '../verdict/answers/rare.ts';
import { matches, missChance, rareIn } from '../verdict/answers/tally.ts';
import type { Run } from './run.ts';

/** An outcome counts as absent, or as more than rare, if the probability of that by chance is below this. */
const MISSED = 1e-5;

/**
 * Returns whether a pair was seen, before a step, to behave differently from the step's expectation: it gave an
 * answer of another kind, even if only sometimes, or never one of a usual kind of the step, or too many of a rare one.
 * Only then can its answers show that the step has arrived. If it still behaves as before sometimes, the sample finds that.
 */
export function didOtherwise(observed: Run['observed'], { id, expectation: { outcomes } }: Cell): boolean {
  const seen = (observed.get(id)?.seen ?? []).filter(
    ({ observation, counted }) => counted > 0 && observation.kind !== 'not-observed',
  );
  const answers = seen.reduce((sum, { counted }) => sum + counted, 0);
  const isOther = seen.some(({ observation }) => !outcomes.some((expected) => matches(expected, observation)));
  const isLess = usual(outcomes).some((expected) => !seen.some(({ observation }) => matches(expected, observation)));
  const isMore = (rareIn(outcomes, seen)?.chance ?? 1) < MISSED;
  return isOther || isMore || (isLess && answers > 0 && missChance(outcomes, answers) < MISSED);
}
