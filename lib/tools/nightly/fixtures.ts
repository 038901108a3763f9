import type { Change, Diff } from '../../results/diff/types.ts';
import { resultsOf } from '../../results/fixtures.ts';
import { sealed } from '../../results/summary.ts';
import type { CellResult, Results } from '../../results/types.ts';
import type { JobOfNight, Night, NightlyJob } from './types.ts';

/** Returns a job on kind; by default it is required. */
export function jobOf(istio: string, changes: Partial<NightlyJob> = {}): NightlyJob {
  return { istio, version: `${istio}.1`, cluster: 'kind', node: 'kindest/node:v1.35.8', required: true, ...changes };
}

/** Returns the results of a job in which everything passed and no suite was skipped. */
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
  return sealed({ ...results, run, istio: { ...results.istio, version: `${istio}.1`, release: istio }, suites });
}

/** Returns results with the cells of a pair changed. */
export function withCell(results: Results, client: string, server: string, changes: Partial<CellResult>): Results {
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

/** Returns a night with these jobs. */
export function nightWith(...jobs: JobOfNight[]): Night {
  return { schema: 'automtls.dev/night/v1', startedAt: '2026-01-02T03:04:05.678Z', jobs };
}

const sideOf = (istio: string): Diff['a'] => ({
  id: istio,
  startedAt: '2026-01-02T03:04:05.678Z',
  automtls: '0.1.0',
  istio: { version: `${istio}.1`, release: istio },
  cluster: { provider: 'kind', name: 'kind', kubernetes: 'v1.35.8' },
});

/** Returns a comparison of two runs with exactly these changes. */
export function diffWith(a: string, b: string, ...changes: Change[]): Diff {
  const unexplained = changes.filter(({ explained }) => !explained).length;
  return {
    schema: 'automtls.dev/diff/v1',
    a: sideOf(a),
    b: sideOf(b),
    compared: 8,
    changes,
    notComparable: [],
    only: { a: [], b: [] },
    propagation: [],
    summary: { explained: changes.length - unexplained, unexplained, exitCode: unexplained > 0 ? 1 : 0 },
  };
}

/** Returns a change of a pair in the suite `strict`; by default it is unexplained. */
export function changeOf(a: Change['a']['verdict'], b: Change['b']['verdict'], changes: Partial<Change> = {}): Change {
  const observed = (verdict: Change['a']['verdict']): Change['a'] => ({
    verdict,
    expected: [{ kind: 'plain' }],
    seen: [{ kind: verdict === 'pass' ? 'plain' : 'unavailable' }],
    why: '',
  });
  return {
    suite: 'strict',
    step: 'STRICT on httpbin.full',
    client: 'sleep.legacy',
    server: 'httpbin.full',
    a: observed(a),
    b: observed(b),
    explained: false,
    gates: [],
    why: 'no rule says so',
    ...changes,
  };
}
