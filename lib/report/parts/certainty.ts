import { type AskResult, type CellResult, type Results, trafficWords } from '../../results/index.ts';
import { chanceOfMissing, rareOf } from '../../verdict/index.ts';

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
  // The limit is missing in files from before there were rare outcomes.
  const { missChance: limit = 0 } = run.limits;
  const chanceAt = ({ counted, expectation }: CellResult): number => {
    const rare = rareOf(expectation.outcomes);
    return chanceOfMissing(share, counted, rare && { share: rare.share, limit });
  };
  /** @param pairs the cells of each pair; all of them would have to miss what is wrong */
  const missed = (pairs: CellResult[][], where: string): string => {
    const [{ chance, answers }] = pairs
      .map((own) => ({
        chance: own.reduce((product, cell) => product * chanceAt(cell), 1),
        answers: own.reduce((sum, { counted }) => sum + counted, 0),
      }))
      .toSorted((a, b) => b.chance - a.chance) as [{ chance: number; answers: number }];
    return `${chanceWords(chance)} ${where} (${answers} answers)`;
  };
  const changed = cells.filter(({ changes }) => changes).map((cell) => [cell]);
  const ofChanged = changed.length === 0 ? [] : [missed(changed, 'at a pair that a step changes')];
  const overRun = [...Map.groupBy(cells, trafficWords).values()];
  const parts = [...ofChanged, missed(overRun, 'at any pair over the run')];
  return [`probability of having missed ${percent(share)} wrong answers: ${parts.join(', ')}`];
}

function chanceWords(chance: number): string {
  return chance < 0.0001 ? 'below 0.01 %' : percent(chance);
}

function percent(part: number): string {
  return `${Number((part * 100).toPrecision(2))} %`;
}
