import { resultsOf } from '../../results/fixtures.ts';
import type { AskResult, Results } from '../../results/types.ts';
import { coverageMarkdown } from './coverage.ts';

const rule = 'peer-authentication.workload';

/** Results of a release whose steps that ask are replaced by one, whose cells have these verdicts. */
function resultsWith(release: string, verdicts: AskResult['cells'][number]['verdict'][], reasons = [rule]): Results {
  const results = resultsOf();
  const ask = results.suites.flatMap(({ steps }) => steps).find((step) => step.kind === 'ask') as AskResult;
  const cell = ask.cells[0] as AskResult['cells'][number];
  const cells = verdicts.map((verdict) => ({
    ...cell,
    verdict,
    expectation: {
      ...cell.expectation,
      reasons: reasons.map((id) => ({ rule: id, text: id, source: id })),
    },
  }));
  return {
    ...results,
    istio: { ...results.istio, release },
    suites: [{ name: 'rules', title: 'rules', steps: [{ ...ask, title: 'own', cells }] }],
  };
}

const rowOf = (all: Results[], id: string = rule, steps = [{ suite: 'rules', step: 'own', rules: [rule] as const }]) =>
  coverageMarkdown(
    steps.map((step) => ({ ...step, rules: [...step.rules] })),
    { 'policy.mesh': 'too old' },
    all,
  )
    .split('\n')
    .find((line) => line.startsWith(`| \`${id}\``));

test.each<[string, Results[], string]>([
  ['seen where its witness passed', [resultsWith('1.31', ['pass'])], `| \`${rule}\` | seen |  |`],
  ['not where the witness failed', [resultsWith('1.31', ['pass', 'fail'])], `| \`${rule}\` | **fails** |  |`],
  ['not where it was inconclusive', [resultsWith('1.31', ['inconclusive'])], `| \`${rule}\` | ? |  |`],
  ['tested alone where it was no reason', [resultsWith('1.31', ['pass'], [])], `| \`${rule}\` | tested |  |`],
  [
    'for each release, the newest first, and of all its results',
    [resultsWith('1.9', ['pass']), resultsWith('1.31', ['inconclusive']), resultsWith('1.31', ['pass'])],
    `| \`${rule}\` | seen | seen |  |`,
  ],
])('a rule is %s', (_, all, row) => {
  expect(rowOf(all)).toBe(row);
});

test('a rule that a release does not have, and one that no mesh can be asked', () => {
  expect(rowOf([resultsWith('1.31', ['pass'])], 'policy.mesh')).toBe('| `policy.mesh` |  | too old |');
  expect(rowOf([resultsWith('1.5', ['pass'])], 'policy.mesh')).toBe('| `policy.mesh` | – | too old |');
  expect(rowOf([resultsWith('1.31', ['pass'])], rule, [])).toBe(`| \`${rule}\` | tested |  |`);
});
