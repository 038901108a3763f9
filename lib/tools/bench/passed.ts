import { InconclusiveError } from '../../platform/errors.ts';
import { countOf, type SuiteResult, verdictsOf } from '../../results/index.ts';
import { type JestCount, type Perform, runConformance } from '../../run/index.ts';
import type { Suite } from '../../scenario/index.ts';
import type { Sensitivity } from '../../verdict/index.ts';
import type { Bench } from './answering.ts';

/** A run that passed: its suites, and the milliseconds that a phase of it took. */
export interface Passed {
  suites: SuiteResult[];
  ms(phase: 'set-up' | 'suites' | 'teardown'): number;
}

/** Returns the suite that ends a run: its time is that of the teardown. */
export function tornDown(topology: Suite['topology']): Suite {
  const steps: Suite['steps'] = [{ kind: 'check', title: '', check: 'torn-down' }];
  return { name: 'cleanup', title: '', about: '', topology, steps };
}

/**
 * Runs suites, and returns the run if every verdict is a pass.
 * @param options.advice what to do if one is not
 * @throws InconclusiveError if one is not
 */
export async function passed(
  suites: readonly Suite[],
  bench: Bench,
  { meshWide, sensitivity, advice }: { meshWide: boolean; sensitivity?: Sensitivity; advice: string },
): Promise<Passed> {
  const { unsealed: results } = await runConformance({
    ...bench,
    suites,
    meshWide,
    sensitivity,
    runSuites,
    named: [],
    keep: false,
  });
  bench.signal.throwIfAborted();
  const { failed, inconclusive } = countOf(results);
  if (failed + inconclusive + results.runErrors.length > 0) {
    const names = suites.map(({ name }) => name).join(' and ');
    const [error] = results.runErrors;
    const why = error === undefined ? `${failed} failed, ${inconclusive} inconclusive` : error;
    throw new InconclusiveError(
      `Not every verdict of ${names} was a pass (${why}), so the time says nothing: ${advice}.`,
    );
  }
  return { suites: results.suites, ms: (phase) => results.phases.find(({ name }) => name === phase)?.ms ?? Number.NaN };
}

/** Performs the steps one after the other, without Jest, which would only add the time that it takes to start. */
async function runSuites(suites: readonly Suite[], perform: Perform): Promise<JestCount> {
  const count = { passed: 0, failed: 0 };
  for (const suite of suites) {
    for (const step of suite.steps) {
      const result = await perform(suite, step);
      for (const verdict of result === undefined ? [] : verdictsOf([result]))
        count[verdict === 'pass' ? 'passed' : 'failed'] += 1;
    }
  }
  return count;
}
