import { resultsOf } from '../report/fixtures.ts';
import { sealed } from '../results/summary.ts';
import type { AskResult, Results } from '../results/types.ts';
import type { Leg, LegOfNight, Night } from './types.ts';

/** Nights, as tests want them. */

/** A leg of kind; required unless told otherwise. */
export function legOf(istio: string, changes: Partial<Leg> = {}): Leg {
  return { istio, version: `${istio}.1`, cluster: 'kind', node: 'kindest/node:v1.35.8', required: true, ...changes };
}

/** Results of a run of a leg, in which all that was asked passed, and nothing was skipped. */
export function passing(istio: string, id = `run-${istio}`): Results {
  const results = resultsOf();
  const suites = results.suites
    .filter(({ skipped }) => skipped === undefined)
    .map((suite) => ({
      ...suite,
      steps: suite.steps.map((step) =>
        step.kind === 'check'
          ? { ...step, verdict: 'pass' as const }
          : { ...step, cells: step.cells.map((cell) => ({ ...cell, verdict: 'pass' as const })) },
      ),
    }));
  const run = { ...results.run, id };
  return sealed({ ...results, run, suites, istio: { ...results.istio, version: `${istio}.1`, release: istio } });
}

/** The same with the verdict of a pair of the strict suite changed. */
export function withCell(
  results: Results,
  client: string,
  server: string,
  changes: Partial<AskResult['cells'][number]>,
): Results {
  const suites = results.suites.map((suite) => ({
    ...suite,
    steps: suite.steps.map((step) =>
      step.kind === 'check'
        ? step
        : {
            ...step,
            cells: step.cells.map((cell) =>
              cell.client === client && cell.server === server ? { ...cell, ...changes } : cell,
            ),
          },
    ),
  }));
  return sealed({ ...results, suites });
}

/** A night of legs. */
export function nightWith(...legs: LegOfNight[]): Night {
  return { schema: 'automtls.dev/night/v1', startedAt: '2026-01-02T03:04:05.678Z', legs };
}
