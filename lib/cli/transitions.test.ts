import { UsageError } from '../platform/errors.ts';
import { contextWith } from './fixtures.ts';
import { main } from './main.ts';

test.each([
  [['--path', 'strict'], /Unknown path "strict". Paths: none:permissive, none:strict, /],
  [['--times', '0'], '--times takes a whole number above 0, not "0"'],
  [['--out', ''], '--out needs a value'],
  [['--steps', '0'], '--steps takes a whole number above 0, not "0"'],
  [['--steps', '9', '--times', '2'], "Option '--steps <N>' cannot be used with option '--times <N>'"],
  [['--rate', '100'], /--rate/],
  [['none:strict'], /none:strict/],
  [['--cluster', 'moon'], /moon/],
])('%p is refused before anything is asked of a cluster', async (args, message) => {
  const refused = main(['transitions', ...args], contextWith([]).context);
  await expect(refused).rejects.toThrow(UsageError);
  await expect(refused).rejects.toThrow(message);
});

test('--help says everything that it takes', async () => {
  const { context, printed } = contextWith([]);
  expect(await main(['transitions', '--help'], context)).toBe(0);
  for (const flag of ['--path', '--times', '--steps', '--out', '--istio', '--cluster'])
    expect(printed.join()).toContain(flag);
});
