import { logicalNames } from '../../model/index.ts';
import { mapTexts } from '../../platform/texts.ts';
import { named, type Results, type StepResult, type SuiteResult } from '../../results/index.ts';

/** Fields that contain the run's real namespaces on purpose: the map, commands to run, and what may be left behind. */
const asTheyAre = new Set(['namespaces', 'repro', 'runErrors']);

/**
 * Returns a copy of the results for display: texts contain the topology's namespaces instead of the run's, and the
 * names of servers contain only what differs within a step.
 */
export function asShown(results: Results): Results {
  const { namespaces } = results.run;
  const shown = mapTexts(results, (text) => logicalNames(text, namespaces), asTheyAre);
  return { ...shown, suites: shown.suites.map(withShortNames) };
}

/** Returns such a copy of one suite. */
export function suiteAsShown(suite: SuiteResult, namespaces: Record<string, string>): SuiteResult {
  return withShortNames(mapTexts(suite, (text) => logicalNames(text, namespaces), asTheyAre));
}

function withShortNames(suite: SuiteResult): SuiteResult {
  const stepOf = (step: StepResult) => (step.kind === 'ask' ? { ...step, cells: named(step.cells) } : step);
  return { ...suite, steps: suite.steps.map(stepOf) };
}
