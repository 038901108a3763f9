import type { Suite } from '../../scenario/index.ts';
import { usualSensitivity } from '../../verdict/index.ts';
import type { Bench } from './answering.ts';
import { passed, tornDown } from './passed.ts';

/** What was asked of a mesh in the configurations of Istio's TestReachability, and how long that took. */
export interface Reachability {
  what: string;
  /** How many pairs had a verdict, in all configurations. */
  cases: number;
  /** The requests of a case, in words. */
  requests: string;
  /** Milliseconds of the configurations, without set-up and teardown. */
  ms: number;
}

/** Cells are as many as Istio's cases, so they need not find one wrong answer in twenty. */
const lower = { share: 0.4, chance: usualSensitivity.chance };

/**
 * Measures how long the steps of a suite take.
 * @throws InconclusiveError if not every verdict is a pass
 */
export async function ourReachability(suite: Suite, bench: Bench): Promise<Reachability> {
  bench.onProgress({ phase: suite.name, detail: 'ours' });
  const advice = `run npm test -- --suite ${suite.name}`;
  const run = await passed([suite, tornDown(suite.topology)], bench, { meshWide: true, sensitivity: lower, advice });
  const steps = run.suites.flatMap((one) => (one.name === suite.name ? one.steps : []));
  const cells = steps.flatMap((step) => (step.kind === 'ask' ? step.cells : []));
  const mean = (of: 'requests' | 'counted'): string =>
    (cells.reduce((sum, cell) => sum + cell[of], 0) / cells.length).toFixed(0);
  return {
    what: `automtls, suite ${suite.name}`,
    cases: cells.length,
    requests: `${mean('requests')} on average, of which ${mean('counted')} count`,
    ms: run.ms('suites'),
  };
}
