import type { Run } from '../mesh/run.ts';
import { askOf, resultsOf } from '../results/fixtures.ts';
import type { StepResult } from '../results/types.ts';
import { afterStep, type OnFailure } from './after-failure.ts';
import { asking, learnedWith } from './fixtures.ts';

const run = {} as Run;
const failed = askOf(resultsOf());
const passed = { ...failed, cells: failed.cells.map((cell) => ({ ...cell, verdict: 'inconclusive' as const })) };
const step = asking({ kind: 'ask', title: 'STRICT', objects: [] });
const suite = { name: 'strict', title: '', about: '', topology: 'auto-mtls', steps: [step] };
const after = (result: StepResult, onFailure: OnFailure) =>
  afterStep(run, learnedWith(), { suite, step, result }, onFailure);

test('is looked at after a failure, and after nothing else', async () => {
  const calls: StepResult[] = [];
  const onFailure: OnFailure = async (_, __, { result }) => {
    calls.push(result);
    return { ...result, title: 'kept' };
  };
  expect(await after(failed, onFailure)).toEqual({ result: { ...failed, title: 'kept' } });
  expect(await after(passed, onFailure)).toEqual({ result: passed });
  expect(calls).toEqual([failed]);
});

test('an error in looking leaves the result as it is, and is told', async () => {
  const onFailure: OnFailure = async () => {
    throw new Error('broken');
  };
  expect(await after(failed, onFailure)).toEqual({
    result: failed,
    error: 'what belongs to the failures of "STRICT" was not kept: broken',
  });
});
