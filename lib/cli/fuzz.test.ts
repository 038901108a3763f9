import { UsageError } from '../platform/errors.ts';
import { contextWith } from './fixtures.ts';
import { exitCodeOf } from './fuzz.ts';
import { main } from './main.ts';
import { meshesExitCode } from './random-meshes.ts';

test.each([
  [['--minutes', '0'], '--minutes takes a whole number above 0, not "0"'],
  [['--minutes', 'ten'], '--minutes takes a whole number above 0, not "ten"'],
  [['--runs', '-1'], /--runs/],
  [['--runs', '1.5'], '--runs takes a whole number above 0, not "1.5"'],
  [['--seed', 'x'], '--seed takes a whole number, not "x"'],
  [['--path', '3:b'], '--path takes numbers joined by colons, as an earlier run printed them, not "3:b"'],
  [['--stacks', '3'], /--stacks/],
  [['strict'], /strict/],
  [['--cluster', 'moon'], /moon/],
  [['--cluster', 'native', '--istio', '1.9'], /1\.9/],
])('%p is refused before anything is asked of a cluster', async (args, message) => {
  const refused = main(['fuzz', ...args], contextWith([]).context);
  await expect(refused).rejects.toThrow(UsageError);
  await expect(refused).rejects.toThrow(message);
});

test('--help says everything that it takes', async () => {
  const { context, printed } = contextWith([]);
  expect(await main(['fuzz', '--help'], context)).toBe(0);
  for (const flag of ['--runs', '--minutes', '--seed', '--path', '--mesh-wide', '--istio']) {
    expect(printed.join()).toContain(flag);
  }
});

test('a search that compared nothing is inconclusive, as is a cell that was wrong once', () => {
  expect(exitCodeOf({ cells: 0, unsteady: [] })).toBe(3);
  expect(exitCodeOf({ cells: 90, unsteady: ['sleep.full → httpbin.full'] })).toBe(3);
  expect(exitCodeOf({ cells: 90, unsteady: [] })).toBe(0);
});

test.each([
  ['--runs', '3'],
  ['--minutes', '3'],
  ['--path', '3:1'],
])('%s is for stacks, not for meshes', async (flag, value) => {
  const refused = main(['fuzz', '--meshes', '1', flag, value], contextWith([]).context);
  await expect(refused).rejects.toThrow(`${flag} is for stacks: leave it out, or --meshes.`);
});

test('meshes that were not asked are inconclusive, and so is a source of which nothing was judged', () => {
  const equal = { equal: 9, wrong: 0, notJudged: 0 };
  const none = { equal: 0, wrong: 0, notJudged: 9 };
  const wrong = { source: 'cluster', client: 'a', server: 'b', expected: '200', observed: '503', rules: [] };
  const asked = (counts: Record<string, typeof equal>, some: (typeof wrong)[] = []) => ({
    counts: new Map(Object.entries(counts)),
    wrong: some,
  });
  expect(meshesExitCode([])).toBe(3);
  expect(meshesExitCode([asked({ cluster: equal, manifests: none })])).toBe(3);
  expect(meshesExitCode([asked({ cluster: equal, manifests: equal })])).toBe(0);
  expect(meshesExitCode([asked({ cluster: equal, manifests: equal }, [wrong])])).toBe(1);
});
