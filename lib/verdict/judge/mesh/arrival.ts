import type { VerdictReason } from '../../reasons.ts';
import type { NamedPair } from '../../record/step.ts';
import { changes } from '../answers/changes.ts';
import { usual } from '../answers/rare.ts';
import { lastSeen, matches, missChance, rareIn } from '../answers/tally.ts';
import type { AskedStep, SeenBefore } from './step.ts';

/** An outcome counts as absent, or as more than rare, if the probability of that by chance is below this. */
const MISSED = 1e-5;

/**
 * Returns whether a pair was seen, before a step, to behave differently from the step's expectation: it gave an
 * answer of another kind, even if only sometimes, or never one of a usual kind of the step, or too many of a rare one.
 * Only then can its answers show that the step has arrived. If it still behaves as before sometimes, the sample finds that.
 */
export function didOtherwise(
  observed: SeenBefore,
  { id, expectation: { outcomes } }: Pick<NamedPair, 'id' | 'expectation'>,
): boolean {
  const seen = (observed.get(id)?.seen ?? []).filter(
    ({ observation, counted }) => counted > 0 && observation.kind !== 'not-observed',
  );
  const answers = seen.reduce((sum, { counted }) => sum + counted, 0);
  const isOther = seen.some(({ observation }) => !outcomes.some((expected) => matches(expected, observation)));
  const isLess = usual(outcomes).some((expected) => !seen.some(({ observation }) => matches(expected, observation)));
  const isMore = (rareIn(outcomes, seen)?.chance ?? 1) < MISSED;
  return isOther || isMore || (isLess && answers > 0 && missChance(outcomes, answers) < MISSED);
}

/** Returns a reason if no pair that the step changes was seen to behave differently before: then no arrival was seen. */
export function arrivalUnshown({ changed, pairs, observed }: AskedStep): VerdictReason[] {
  const changing = pairs.filter(changes);
  if (!changed || changing.length === 0 || changing.some((pair) => didOtherwise(observed, pair))) return [];
  return [unshown(observed, changing)];
}

/** Returns a reason if the step changes a pair that was not seen to behave differently before. */
export function arrivalUnshownOf(pair: NamedPair, { changed, observed }: AskedStep): VerdictReason[] {
  return changed && changes(pair) && !didOtherwise(observed, pair) ? [unshown(observed, [pair])] : [];
}

function unshown(observed: SeenBefore, pairs: NamedPair[]): VerdictReason {
  const before = pairs.map(({ id, name }) => {
    const last = lastSeen(observed.get(id)?.seen ?? [])?.observation;
    return { pair: name, ...(last && { last }) };
  });
  return { code: 'arrival-unshown', before };
}
