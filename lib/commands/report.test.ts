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
  [['schema', 'results.json'], 'Unexpected argument results.json: schema takes none.'],
  [['rules', 'a', 'b'], 'Unexpected argument a b: rules takes none.'],
  [['show'], 'Name one results.json, or the folder of a run such as results/latest: there are 0.'],
  [
    ['diff', 'a'],
    'Name two results.json, the earlier first, or the folder of a run such as results/latest: there is 1.',
  ],
  [
    ['diff', 'docs/report/sample.json', 'docs/report/sample.json'],
    /^Both are the run \w+, which says nothing: name two\.$/,
  ],
  [['diff', 'a', 'b', '--format', 'junit'], '--format takes one of terminal, json, html, markdown, not "junit".'],
  [['show', 'nowhere'], 'nowhere cannot be read (ENOENT'],
  [['show', 'package.json'], 'package.json is no results file of automtls.dev/results/v2 (schema: '],
])('%p is refused, with what to do', async (args, sentence) => {
  const refused = report(args, console);
  await expect(refused).rejects.toThrow(UsageError);
  await expect(refused).rejects.toThrow(sentence);
});
