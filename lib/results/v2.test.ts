import { resultsFrom, textOf } from './file.ts';
import { resultsOf } from './fixtures.ts';
import type { CellResult, Results } from './types.ts';

/** Returns a run as v2 had it: sentences, without reasons as data. */
function asV2(): Results {
  const results = resultsOf();
  const { inconclusiveBy: _, ...summary } = results.summary;
  const without = <T extends { reasons: unknown }>({ reasons: _, ...one }: T) => one;
  const suites = results.suites.map((suite) => ({
    ...suite,
    steps: suite.steps.map((step) =>
      step.kind === 'ask' ? { ...step, cells: step.cells.map(without) } : without(step),
    ),
  }));
  return { ...results, schema: 'automtls.dev/results/v2', summary, suites } as unknown as Results;
}

test('results of v2 are read: what is wrong keeps its sentence as a reason, and counts', () => {
  const read = resultsFrom(textOf(asV2()), 'a.json');
  expect(read.schema).toBe('automtls.dev/results/v3');
  const steps = read.suites.flatMap((suite) => suite.steps);
  const cells = steps.flatMap((step): Pick<CellResult, 'verdict' | 'why' | 'reasons'>[] =>
    step.kind === 'ask' ? step.cells : [step],
  );
  for (const { verdict, why, reasons } of cells) {
    const code = { pass: undefined, fail: 'told-failure', inconclusive: 'told' }[verdict];
    expect(reasons).toEqual(code === undefined ? [] : [{ code, said: why }]);
  }
  expect(new Set(cells.map(({ verdict }) => verdict)).size).toBe(3);
  expect(read.summary).toEqual({ ...resultsOf().summary, inconclusiveBy: { told: read.summary.inconclusive } });
});

test('a summary of v2 that its suites do not bear out is refused all the same', () => {
  const results = asV2();
  results.summary.inconclusive += 1;
  expect(() => resultsFrom(textOf(results), 'a.json')).toThrow('it does not match the rest of the file');
});
