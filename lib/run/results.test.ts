import { countOf, type Results, type StepResult } from './results.ts';

const check = (verdict: 'pass' | 'fail' | 'inconclusive'): StepResult => ({
  kind: 'check',
  title: '',
  verdict,
  why: '',
});
const ask = (...verdicts: ('pass' | 'fail' | 'inconclusive')[]): StepResult =>
  ({ kind: 'ask', title: '', objects: [], autoMtls: true, cells: verdicts.map((verdict) => ({ verdict })) }) as never;
const suites = (...all: { skipped?: string; steps: StepResult[] }[]) =>
  ({ suites: all.map((one) => ({ name: '', title: '', ...one })) }) as unknown as Results;

test('each check and each cell counts by its verdict, and a suite that was not run once', () => {
  const results = suites(
    { steps: [check('pass'), check('fail'), ask('pass', 'pass', 'inconclusive')] },
    { steps: [ask('fail', 'inconclusive'), check('inconclusive')] },
    { skipped: 'not allowed', steps: [] },
  );
  expect(countOf(results)).toEqual({ passed: 3, failed: 2, inconclusive: 3, skipped: 1 });
});

test('nothing is nothing', () => {
  expect(countOf(suites())).toEqual({ passed: 0, failed: 0, inconclusive: 0, skipped: 0 });
  expect(countOf(suites({ steps: [] }))).toEqual({ passed: 0, failed: 0, inconclusive: 0, skipped: 0 });
});
