import { chanceOfMissing } from '../probe/sensitivity.ts';
import { trafficWords } from '../results/place.ts';
import type { AskResult, Results } from '../results/types.ts';

/**
 * Returns a sentence about what a passed run may have missed: the probability of a small share of wrong answers, at a
 * pair that a step changes and at any pair over the run. Empty if the run did not pass or tested nothing.
 */
export function certaintyWords({ summary, run, suites }: Results): string[] {
  const cells = suites
    .flatMap(({ steps }) => steps.filter((step): step is AskResult => step.kind === 'ask'))
    .flatMap((step) => step.cells);
  if (summary.verdict !== 'pass' || cells.length === 0) return [];
  const { share } = run.sensitivity;
  const missed = (all: number[], where: string): string => {
    const answers = Math.min(...all);
    return `${chanceWords(chanceOfMissing(share, answers))} ${where} (${answers} answers)`;
  };
  const overRun = [...Map.groupBy(cells, trafficWords).values()].map((own) =>
    own.reduce((sum, { counted }) => sum + counted, 0),
  );
  const changed = cells.filter(({ changes }) => changes).map(({ counted }) => counted);
  const ofChanged = changed.length === 0 ? [] : [missed(changed, 'at a pair that a step changes')];
  const parts = [...ofChanged, missed(overRun, 'at any pair over the run')];
  return [`probability of having missed ${percent(share)} wrong answers: ${parts.join(', ')}`];
}

function chanceWords(chance: number): string {
  return chance < 0.0001 ? 'below 0.01 %' : percent(chance);
}

function percent(part: number): string {
  return `${Number((part * 100).toPrecision(2))} %`;
}
