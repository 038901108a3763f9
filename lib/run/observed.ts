import { matches, missChance } from '../probe/tally.ts';
import type { Cell } from '../probe/types.ts';
import type { Run } from './run.ts';

/** The chance of having missed what was there all the same. */
const MISSED = 1e-5;

/**
 * Returns whether a pair was seen, before a step, to do what the step does not lead to: an answer of another kind, be it
 * now and then, or nothing of a kind that must come with it. Only then do its answers show that the step arrived; if it
 * goes on as before now and then, the sample shows that.
 */
export function didOtherwise(observed: Run['observed'], { id, expectation: { outcomes } }: Cell): boolean {
  const seen = (observed.get(id)?.seen ?? []).filter(
    ({ observation, counted }) => counted > 0 && observation.kind !== 'not-observed',
  );
  const answers = seen.reduce((sum, { counted }) => sum + counted, 0);
  const isOther = seen.some(({ observation }) => !outcomes.some((expected) => matches(expected, observation)));
  const isLess = outcomes.some((expected) => !seen.some(({ observation }) => matches(expected, observation)));
  return isOther || (isLess && answers > 0 && missChance(outcomes, answers) < MISSED);
}
