import { sealed } from '../results/summary.ts';
import type { AskResult, CellResult, Findings, Results } from '../results/types.ts';
import { resultsOf } from './fixtures.ts';

/** The fixtures' run, changed. */

/** Returns the run with these changes, and the summary that they make. */
export function changed(changes: Partial<Findings>): Results {
  const { summary: _, ...findings } = resultsOf();
  return sealed({ ...findings, ...changes });
}

/** Returns the step of the run that asks. */
export function askOf({ suites }: Results): AskResult {
  return suites[1]?.steps[0] as AskResult;
}

/** Returns the cell that fails. */
export function failedCell(): CellResult {
  return askOf(resultsOf()).cells[3] as CellResult;
}

/** Returns a run of one suite and one step with the failed cell so many times, each from a client of its own. */
export function failedTimes(count: number, changes: Partial<CellResult> = {}): Results {
  const cells = Array.from({ length: count }, (_, index) => ({
    ...failedCell(),
    client: `sleep.${index}`,
    ...changes,
  }));
  return changed({ suites: [{ name: 'strict', title: 'Locked', steps: [{ ...askOf(resultsOf()), cells }] }] });
}
