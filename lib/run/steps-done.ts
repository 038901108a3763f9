import { placeWords, type StepResult, type SuiteResult, type UnsealedResults, verdictsOf } from '../results/index.ts';
import type { Step, Suite } from '../scenario/index.ts';

/** The suite that removes what the run made, and so runs whatever failed. */
const ALWAYS = 'cleanup';

/** Returns whether `--fail-fast` leaves a step out, because an earlier one failed. */
export function isLeftOut({ run }: Pick<UnsealedResults, 'run'>, suite: Pick<Suite, 'name'>): boolean {
  return run.stoppedAfter !== undefined && suite.name !== ALWAYS;
}

/** A step that has ended. */
interface Done {
  suite: Suite;
  step: Step;
  result: StepResult;
}

/** What follows from steps that have ended. */
export interface Following {
  /** The suites that are to run, in order. */
  suites: readonly Suite[];
  /** Whether to run nothing but the cleanup after a step of which something failed. */
  failFast?: boolean | undefined;
  /**
   * Called with each suite as soon as it has ended.
   * @param namespaces the run's, by their names in the topologies
   */
  onSuite?: ((suite: SuiteResult, namespaces: Record<string, string>) => void) | undefined;
}

/**
 * Adds a step that has ended to the results. With `failFast`, if something of it failed, they also say which steps and
 * suites are not run, and why.
 */
export function addStep(unsealed: Pick<UnsealedResults, 'run' | 'suites'>, done: Done, following: Following): void {
  const { suite, result } = done;
  const suiteResult = unsealed.suites.find(({ name }) => name === suite.name);
  if (suiteResult === undefined) return;
  suiteResult.steps.push(result);
  if (following.failFast && verdictsOf([result]).includes('fail')) stopAfter(unsealed, done, following.suites);
  const isEnded = suiteResult.steps.length + (suiteResult.notRun?.length ?? 0) === suite.steps.length;
  if (isEnded) following.onSuite?.(suiteResult, unsealed.run.namespaces);
}

function stopAfter(
  unsealed: Pick<UnsealedResults, 'run' | 'suites'>,
  { suite, step }: Done,
  suites: readonly Suite[],
): void {
  unsealed.run.stoppedAfter ??= { suite: suite.name, step: step.title };
  const why = `--fail-fast ended the run after ${placeWords({ suite: suite.name, step: step.title })} failed`;
  const resultOf = ({ name }: Suite) => unsealed.suites.find((result) => result.name === name);
  const left = suite.steps.slice(suite.steps.indexOf(step) + 1).map(({ title }) => title);
  const suiteResult = resultOf(suite);
  if (suiteResult !== undefined && suite.name !== ALWAYS && left.length > 0) suiteResult.notRun = left;
  for (const later of suites.slice(suites.indexOf(suite) + 1)) {
    const other = resultOf(later);
    if (other !== undefined && later.name !== ALWAYS) other.skipped = why;
  }
}
