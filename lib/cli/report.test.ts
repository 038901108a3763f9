import { UsageError } from '../platform/errors.ts';
import { contextWith } from './fixtures.ts';
import { main } from './main.ts';

test.each<[string[], string | RegExp]>([
  [['schema', 'results.json'], "Too many arguments for 'schema'. Expected 0 arguments but got 1: results.json."],
  [['rules', 'a', 'b'], "Too many arguments for 'rules'. Expected 0 arguments but got 2: a, b."],
  [['coverage'], "Missing required argument 'RUN'."],
  [['show'], "Missing required argument 'RUN'."],
  [['diff', 'a'], "Missing required argument 'SECOND'."],
  [
    ['diff', 'docs/report/sample.json', 'docs/report/sample.json'],
    /^Both arguments are the run \w+: name two different runs\.$/,
  ],
  [['diff', 'a', 'b', '--print', 'junit'], '--print must be one of terminal, json, html, markdown, not "junit".'],
  [['show', 'nowhere'], 'nowhere cannot be read (ENOENT'],
  [['show', 'package.json'], 'package.json is not a results file of automtls.dev/results/v3 (schema: '],
])('%p is refused, with what to do', async (args, sentence) => {
  const refused = main(['report', ...args], contextWith([], { cwd: process.cwd() }).context);
  await expect(refused).rejects.toThrow(UsageError);
  await expect(refused).rejects.toThrow(sentence);
});
