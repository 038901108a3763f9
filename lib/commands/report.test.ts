import { UsageError } from '../errors.ts';
import { report } from './report.ts';

const console = {
  print: () => {},
  color: false,
  onProgress: () => {},
  signal: new AbortController().signal,
  onUncaught: () => {},
  cwd: process.cwd(),
};

test.each<[string[], string | RegExp]>([
  [['schema', 'results.json'], 'Unexpected argument "results.json": schema takes none.'],
  [['rules', 'a', 'b'], 'Unexpected argument "a b": rules takes none.'],
  [['coverage'], 'Expected results.json of one run or more, or their folders.'],
  [['show'], 'Expected one results.json, or the folder of a run such as results/latest, but got 0.'],
  [
    ['diff', 'a'],
    'Expected two results.json, the earlier first, or the folder of a run such as results/latest, but got 1.',
  ],
  [
    ['diff', 'docs/report/sample.json', 'docs/report/sample.json'],
    /^Both arguments are the run \w+: name two different runs\.$/,
  ],
  [['diff', 'a', 'b', '--format', 'junit'], '--format must be one of terminal, json, html, markdown, not "junit".'],
  [['show', 'nowhere'], 'nowhere cannot be read (ENOENT'],
  [['show', 'package.json'], 'package.json is not a results file of automtls.dev/results/v3 (schema: '],
])('%p is refused, with what to do', async (args, sentence) => {
  const refused = report(args, { console, suites: [], notReachable: {} });
  await expect(refused).rejects.toThrow(UsageError);
  await expect(refused).rejects.toThrow(sentence);
});
