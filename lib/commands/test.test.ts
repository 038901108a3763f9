import type { Results } from '../run/results.ts';
import { exitCodeOf } from './test.ts';

function code(interrupted: boolean, verdicts: string[], problems: string[] = []): number {
  const steps = verdicts.map((verdict) => ({ kind: 'check', verdict }));
  return exitCodeOf({ run: { interrupted }, problems, suites: [{ steps }] } as unknown as Results);
}

test.each<[number, string[]]>([
  [0, ['pass', 'pass']],
  [1, ['fail']],
  [1, ['pass', 'fail']],
  [1, ['inconclusive', 'fail', 'pass']],
  [3, ['inconclusive']],
  [3, ['pass', 'inconclusive']],
  [3, []],
])('exit code %i of %p', (wanted, verdicts) => {
  expect(code(false, verdicts)).toBe(wanted);
});

test('a run that was interrupted is neither, whatever it had found', () => {
  for (const verdicts of [[], ['pass'], ['fail'], ['inconclusive']]) expect(code(true, verdicts)).toBe(130);
});

test('what befell the run as a whole lets no pass stand, and hides no failure', () => {
  expect(code(false, ['pass'], ['Jest did not play every step'])).toBe(3);
  expect(code(false, ['pass', 'fail'], ['something is left'])).toBe(1);
});
