import { askOf, changed, resultsOf } from '../results/fixtures.ts';
import { sealed } from '../results/summary.ts';
import type { CheckResult, SuiteResult, UnsealedResults } from '../results/types.ts';
import type { Suite } from '../scenario/suite.ts';
import { assertAgreement } from './conformance.ts';
import { addStep, isLeftOut } from './steps-done.ts';

const suiteOf = (name: string, ...titles: string[]): Suite => ({
  name,
  title: '',
  about: '',
  topology: 'auto-mtls',
  steps: titles.map((title) => ({ kind: 'check', title, check: 'ready' })),
});
const suites = [suiteOf('strict', 'on', 'off', 'removed'), suiteOf('disable', 'on'), suiteOf('cleanup', 'gone')];
const check = (title: string, verdict: CheckResult['verdict']): CheckResult => ({
  kind: 'check',
  ms: 1,
  title,
  verdict,
  reasons: [],
  why: '',
});

/** Returns the results of a run whose first suite has come to these verdicts, as each step ends. */
function after(...verdicts: CheckResult['verdict'][]): UnsealedResults {
  const unsealed = changed({ suites: suites.map(({ name }) => ({ name, title: '', steps: [] })) });
  const [suite] = suites as [Suite, ...Suite[]];
  for (const [at, verdict] of verdicts.entries()) {
    const step = suite.steps[at] as Suite['steps'][number];
    addStep(unsealed, { suite, step, result: check(step.title, verdict) }, { suites, failFast: true });
  }
  return unsealed;
}

test('after a step that failed nothing runs but the cleanup, and what was not run is said', () => {
  const unsealed = after('pass', 'fail');
  expect(suites.map((suite) => isLeftOut(unsealed, suite))).toEqual([true, true, false]);
  const why = '--fail-fast ended the run after strict › off failed';
  expect(unsealed.suites).toMatchObject([{ notRun: ['removed'] }, { skipped: why }, {}]);
  expect(unsealed.suites[2]).not.toHaveProperty('skipped');
  const { partial, verdict, skipped } = sealed(unsealed).summary;
  expect({ verdict, skipped }).toEqual({ verdict: 'fail', skipped: 1 });
  expect(partial).toEqual([`disable was skipped: ${why}`, `not run of strict: removed`]);
});

test('without --fail-fast a run goes on after a failure', () => {
  const unsealed = changed({ suites: suites.map(({ name }) => ({ name, title: '', steps: [] })) });
  const [suite] = suites as [Suite, ...Suite[]];
  const [step] = suite.steps as [Suite['steps'][number]];
  addStep(unsealed, { suite, step, result: check('on', 'fail') }, { suites });
  expect(suites.some((one) => isLeftOut(unsealed, one))).toBe(false);
});

test.each<[string, CheckResult['verdict'][], boolean]>([
  ['with its last step', ['pass', 'fail', 'pass'], false],
  ['with a failure that ends the run', ['pass', 'fail'], true],
])('a suite is told as soon as it has ended, %s', (_, verdicts, failFast) => {
  const unsealed = changed({ suites: suites.map(({ name }) => ({ name, title: '', steps: [] })) });
  const [suite] = suites as [Suite, ...Suite[]];
  const told: string[] = [];
  const onSuite = ({ name, steps }: SuiteResult): void => void told.push(`${name} ${steps.length}`);
  for (const [at, verdict] of verdicts.entries()) {
    expect(told).toEqual([]);
    const step = suite.steps[at] as Suite['steps'][number];
    addStep(unsealed, { suite, step, result: check(step.title, verdict) }, { suites, failFast, onSuite });
  }
  expect(told).toEqual([`strict ${verdicts.length}`]);
});

test('what is inconclusive ends no run, nor what passes', () => {
  const unsealed = after('inconclusive', 'pass');
  expect(suites.some((suite) => isLeftOut(unsealed, suite))).toBe(false);
  expect(sealed(unsealed).summary.partial).toEqual([]);
});

test('a step with a failed cell ends it, too', () => {
  const unsealed = after();
  const [suite] = suites as [Suite, ...Suite[]];
  const step = suite.steps[0] as Suite['steps'][number];
  addStep(unsealed, { suite, step, result: askOf(resultsOf()) }, { suites, failFast: true });
  expect(unsealed.run.stoppedAfter).toEqual({ suite: 'strict', step: 'on' });
});

test('suites that were skipped for one reason are named together', () => {
  const skipped = (name: string) => ({ name, title: '', steps: [], skipped: 'the reason' });
  expect(changed({ suites: ['a', 'b', 'c'].map(skipped) }).summary.partial).toEqual([
    'a, b and c were skipped: the reason',
  ]);
});

test('Jest and the results agree on a run that ended early', () => {
  const unsealed = after('pass', 'fail');
  unsealed.suites[2]?.steps.push(check('gone', 'pass'));
  assertAgreement({ passed: 2, failed: 1 }, unsealed, suites);
  expect(() => assertAgreement({ passed: 2, failed: 3 }, unsealed, suites)).toThrow('neither can be trusted');
});
