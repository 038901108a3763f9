import { countOf, sealed } from './summary.ts';
import type { StepResult, UnsealedResults } from './types.ts';

type Verdict = 'pass' | 'fail' | 'inconclusive';

const check = (verdict: Verdict): StepResult => ({ kind: 'check', title: '', ms: 1, verdict, reasons: [], why: '' });
const ask = (...verdicts: Verdict[]): StepResult =>
  ({
    kind: 'ask',
    title: '',
    objects: [],
    autoMtls: true,
    cells: verdicts.map((verdict) => ({ verdict, reasons: [] })),
  }) as never;
const suites = (...all: { skipped?: string; steps: StepResult[] }[]): UnsealedResults =>
  ({
    run: { interrupted: false },
    runErrors: [],
    suites: all.map((one) => ({ name: 'a', title: '', ...one })),
  }) as unknown as UnsealedResults;

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

describe('what a run came to', () => {
  const summary = (verdicts: Verdict[], runErrors: string[] = [], run: Partial<UnsealedResults['run']> = {}) => {
    const unsealed = suites({ steps: verdicts.map(check) });
    return sealed({ ...unsealed, runErrors, run: { ...unsealed.run, ...run } }).summary;
  };

  test.each<[number, string, Verdict[]]>([
    [0, 'pass', ['pass', 'pass']],
    [1, 'fail', ['fail']],
    [1, 'fail', ['pass', 'fail']],
    [1, 'fail', ['inconclusive', 'fail', 'pass']],
    [3, 'inconclusive', ['inconclusive']],
    [3, 'inconclusive', ['pass', 'inconclusive']],
    [3, 'inconclusive', []],
  ])('exit code %i, %s, of %p', (exitCode, verdict, verdicts) => {
    expect(summary(verdicts)).toMatchObject({ exitCode, verdict, partial: [] });
  });

  test('a run that was interrupted is neither, whatever it had found', () => {
    for (const verdicts of [[], ['pass'], ['fail'], ['inconclusive']] as Verdict[][]) {
      expect(summary(verdicts, [], { interrupted: true })).toMatchObject({
        exitCode: 130,
        verdict: 'interrupted',
        partial: ['it was interrupted'],
      });
    }
  });

  test('errors of the whole run lets no pass stand, and hides no failure', () => {
    expect(summary(['pass'], ['Jest did not run every step']).exitCode).toBe(3);
    expect(summary(['pass', 'fail'], ['something is left']).exitCode).toBe(1);
  });

  test('what was sealed before is sealed anew', () => {
    const sealedOnce = sealed(suites({ steps: [check('pass')] }));
    expect(sealed({ ...sealedOnce, suites: suites({ steps: [check('fail')] }).suites }).summary.exitCode).toBe(1);
  });

  test('a choice and a skip are told, since they make it less than the whole', () => {
    expect(summary(['pass'], [], { chosen: ['strict', 'disable'] }).partial).toEqual([
      "asked for by name: strict, disable; of the others only setup's checks and cleanup",
    ]);
    expect(summary(['pass'], [], { cell: 'a → b' }).partial).toEqual(['only a → b was tested']);
    expect(sealed(suites({ steps: [check('pass')] }, { skipped: 'not allowed', steps: [] })).summary).toMatchObject({
      exitCode: 0,
      partial: ['a was skipped: not allowed'],
    });
  });
});
