import { UsageError } from '../errors.ts';
import type { Console } from './console.ts';
import { transitioning } from './transitions.ts';

const printed: string[] = [];
const console: Console = {
  print: (text) => printed.push(text),
  color: false,
  onProgress: () => {},
  signal: new AbortController().signal,
  onUncaught: () => {},
  cwd: '/',
};

test.each([
  [['--only', 'strict'], /--only must be one of none:permissive, none:strict, .*, not "strict"/],
  [['--times', '0'], '--times takes a whole number above 0, not "0"'],
  [['--out', ''], '--out needs a value'],
  [['--steps', '0'], '--steps takes a whole number above 0, not "0"'],
  [['--steps', '9', '--times', '2'], /--steps .* leave out --only, --times and --out/],
  [['--rate', '100'], /--rate/],
  [['none:strict'], /none:strict/],
  [['--cluster', 'moon'], /moon/],
])('%p is refused before anything is asked of a cluster', async (args, message) => {
  const refused = transitioning(args, console);
  await expect(refused).rejects.toThrow(UsageError);
  await expect(refused).rejects.toThrow(message);
});

test('--help says everything that it takes', async () => {
  expect(await transitioning(['--help'], console)).toBe(0);
  for (const flag of ['--only', '--times', '--steps', '--out', '--istio', '--cluster'])
    expect(printed.join()).toContain(flag);
});
