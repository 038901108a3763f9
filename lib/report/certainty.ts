import { chanceOfMissing } from '../probe/sensitivity.ts';
import { trafficWords } from '../results/place.ts';
import type { AskResult, Results } from '../results/types.ts';

/**
 * Returns what a run that passed may have missed, in one sentence: wrong answers of a small share, at a pair that a step
 * changes, and at any pair over the run. None where it did not pass, or asked nothing.
 */
export function certaintyWords({ summary, run, suites }: Results): string[] {
  const cells = suites
    .flatMap(({ steps }) => steps.filter((step): step is AskResult => step.kind === 'ask'))
    .flatMap((step) => step.cells);
  if (summary.verdict !== 'pass' || cells.length === 0) return [];
  const { share } = run.sensitivity;
  const missed = (answers: number): string => `${chanceWords(chanceOfMissing(share, answers))} (${answers} answers)`;
  const overRun = [...Map.groupBy(cells, trafficWords).values()].map((own) =>
    own.reduce((sum, { counted }) => sum + counted, 0),
  );
  const changed = cells.filter(({ changes }) => changes).map(({ counted }) => counted);
  const ofChanged = changed.length === 0 ? [] : [`at a pair that a step changes ${missed(Math.min(...changed))}`];
  const parts = [...ofChanged, `at any pair over the run ${missed(Math.min(...overRun))}`];
  return [`chance that a share of ${percent(share)} wrong answers was missed: ${parts.join(', ')}`];
}

function chanceWords(chance: number): string {
  return chance < 0.0001 ? 'below 0.01 %' : percent(chance);
}

function percent(part: number): string {
  return `${Number((part * 100).toPrecision(2))} %`;
}
