import { UsageError } from '../../platform/errors.ts';
import type { Survey } from '../survey.ts';
import type { Comparison } from './compare.ts';

/**
 * Makes sure that something was compared: that nothing breaks must not be said of nothing.
 * @throws UsageError if there is no pair, or none is judged before or afterwards
 */
export function assertJudged({ before, comparison }: { before: Survey; comparison: Comparison }): void {
  const { compared, notJudged } = comparison;
  if (compared === 0) {
    throw new UsageError(
      `${before.mesh.snapshot.label} has no pair to compare: it needs a Service with ports. Name other folders, or another cluster.`,
    );
  }
  if (notJudged < compared) return;
  const why = before.servers.flatMap(({ answers }) => answers.flatMap(({ answer }) => answer.notJudged));
  throw new UsageError(`None of ${compared} pairs can be judged: ${[...new Set(why)].slice(0, 3).join('; ')}.`);
}
