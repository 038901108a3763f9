import { logicalNames } from '../model/rename.ts';
import { named } from '../results/place.ts';
import type { Results, StepResult } from '../results/types.ts';
import { mapTexts } from '../texts.ts';

/** Fields that contain the run's real namespaces on purpose: the map, commands to run, and what may be left behind. */
const asTheyAre = new Set(['namespaces', 'repro', 'runErrors']);

/**
 * Returns a copy of the results for display: texts contain the topology's namespaces instead of the run's, and the
 * names of servers contain only what differs within a step.
 */
export function asShown(results: Results): Results {
  const shown = mapTexts(results, (text) => logicalNames(text, results.run.namespaces), asTheyAre);
  const stepOf = (step: StepResult) => (step.kind === 'ask' ? { ...step, cells: named(step.cells) } : step);
  return { ...shown, suites: shown.suites.map((suite) => ({ ...suite, steps: suite.steps.map(stepOf) })) };
}
