import { suites } from '../../../suites/index.ts';
import { offlineWorld } from '../../cli/options/offline.ts';
import type { Expectation, Outcome } from '../../model/expected.ts';
import { predict } from '../../model/predict.ts';
import { parseRelease } from '../../model/world/release.ts';
import { defaultLimits } from '../../platform/limits.ts';
import { type Scenario, scenarioOf } from '../../scenario/scenario.ts';
import { namespacesOf, topology } from '../../scenario/topology.ts';
import { keyOf, questionOf } from '../../scenario/traffic.ts';
import type { Seen } from '../../verdict/judgement.ts';
import type { Observation } from '../../verdict/observed.ts';
import type { VerdictReason } from '../../verdict/reasons.ts';
import { pairWords } from '../place.ts';
import { sealed } from '../summary.ts';
import type { AskResult, CellResult, CheckResult, Results } from '../types.ts';
import { inLogicalNames } from './found.ts';

/** The suites of the task. Suites that are added later do not change the counts in tests. */
const task = suites.filter(({ name }) =>
  ['setup', 'permissive', 'migration', 'strict', 'disable', 'destination-rule', 'auto-off', 'cleanup'].includes(name),
);

/**
 * Returns the results of a complete run on a release in which everything is as the model predicts. If several curl exit
 * codes are expected, the first one was observed.
 * @param id the run's id, which is also the suffix of its namespaces
 */
export function runOf(istio: string, id = `run${istio.replace('.', '')}`): Results {
  const namespaces = namespacesOf([topology('auto-mtls')], id);
  return sealed({
    schema: 'automtls.dev/results/v3',
    automtls: { version: '0.1.0' },
    run: {
      id,
      startedAt: '2026-01-02T03:04:05.678Z',
      namespaces,
      sensitivity: { share: 0.05, chance: 0.01 },
      limits: { ...defaultLimits },
      interrupted: false,
    },
    cluster: { provider: 'kind', name: `of ${id}`, kubernetes: 'v1.35.0' },
    istio: { version: `${istio}.0`, release: istio, policyApi: 'security.istio.io', notes: [] },
    phases: [],
    runErrors: [],
    suites: task.map((suite) => ({
      name: suite.name,
      title: suite.title,
      steps: suite.steps.map((step): AskResult | CheckResult => {
        if (step.kind === 'ask') return asked(scenarioOf(suite, step), istio, namespaces);
        const said = 'as it should be';
        const reasons: VerdictReason[] = [{ code: 'check-passed', said }];
        return { kind: 'check', title: step.title, ms: 1, verdict: 'pass', reasons, why: said };
      }),
    })),
  });
}

/** Returns a changed copy of the results. */
export function changed(results: Results, change: (results: Results) => void): Results {
  const copy = structuredClone(results);
  change(copy);
  return copy;
}

/** Returns a cell of a run by its place, such as `strict › STRICT on httpbin.full › sleep.full → httpbin.full`. */
export function cellOf(results: Results, place: string): CellResult {
  const [suite, step, pair] = place.split(' › ');
  const steps = results.suites.filter(({ name }) => name === suite).flatMap((one) => one.steps);
  const cells = steps.flatMap((one) => (one.kind === 'ask' && one.title === step ? one.cells : []));
  const found = cells.find((cell) => pairWords(cell) === pair);
  if (found === undefined) throw new Error(`no cell ${place}`);
  return found;
}

/** Returns a check of a run by its suite and its index among the suite's steps. */
export function checkOf(results: Results, suite: string, at: number): CheckResult {
  const step = results.suites.find(({ name }) => name === suite)?.steps[at];
  if (step?.kind !== 'check') throw new Error(`no check ${at} in ${suite}`);
  return step;
}

/** Returns observations for a cell's results, one after the other. */
export function observations(...all: Observation[]): Seen[] {
  return all.map((observation, at) => ({
    observation,
    count: 21,
    counted: 21,
    firstMs: 100 * at,
    lastMs: 100 * at + 50,
  }));
}

function asked(step: Scenario, istio: string, namespaces: Record<string, string>): AskResult {
  const world = offlineWorld(topology('auto-mtls'), step, parseRelease(istio));
  const cells = step.traffic.map((traffic): CellResult => {
    const expectation = placed(predict(world, questionOf(traffic, {})), namespaces);
    const seen = observations(...expectation.outcomes.map(({ outcome }) => observationOf(outcome)));
    return {
      ...keyOf(traffic),
      expectation,
      seen,
      verdict: 'pass',
      reasons: [],
      why: 'as expected',
      changes: false,
      repro: [],
      requests: 21,
      timeline: [],
      counted: 21,
      wrong: 0,
      missChance: 0,
      flaps: 0,
    };
  });
  return { kind: 'ask', title: step.title, ms: 1, objects: [], autoMtls: step.autoMtls ?? true, cells };
}

/** Replaces the topology's names by the run's namespaces, with `inLogicalNames` and the reversed map. */
function placed(expectation: Expectation, namespaces: Record<string, string>): Expectation {
  return inLogicalNames(
    expectation,
    Object.fromEntries(Object.entries(namespaces).map(([logical, name]) => [name, logical])),
  );
}

function observationOf(outcome: Outcome): Observation {
  if (outcome.kind === 'denied') return { kind: 'other', status: 403 };
  return outcome.kind === 'reset' ? { kind: 'refused', curlExit: outcome.curlExits[0] ?? 0 } : outcome;
}
