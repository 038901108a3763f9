import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { settables } from '../cli/options/limits.ts';

// What only the program or the start of a run may touch. Who may import whom is in .dependency-cruiser.mjs.

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Besides the command line, a process of its own inside a cluster's namespaces, with a command line and an exit code, too;
 * and what is loaded into a program to measure it.
 */
const programs = ['lib/cli.ts', 'lib/platform/clusters/native/machine/supervisor.ts', 'lib/tools/bench/usage.ts'];

const files = globSync(['lib/**/*.ts', 'suites/**/*.ts', 'saboteurs/**/*.ts'], { cwd: root });
const product = files
  .filter((path) => !/\.test\.ts$|fixtures\.ts$|^lib\/test\//.test(path))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

test('the files are found', () => {
  expect(product.length).toBeGreaterThan(400);
  expect(product.map(({ path }) => path)).toEqual(expect.arrayContaining(programs));
});

test('what an option can set is read from the run: the default would not be what the results say', () => {
  const limits = Object.values(settables).map(({ limit }) => limit);
  const read = new RegExp(`defaultLimits\\.(${limits.join('|')})\\b`);
  const wrong = product.filter(({ text }) => read.test(text));
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

test('a run is given its limits where it starts, and all that belongs to it reads them there', () => {
  const inRuns = product.filter(({ path }) => /^lib\/(probe|mesh|run|tools\/bench)\//.test(path));
  const wrong = inRuns.filter(({ text }) => /\bdefaultLimits\b/.test(text));
  expect(wrong.map(({ path }) => path)).toEqual(['lib/run/start.ts']);
});

test('only a program reads its arguments and its environment, and exits', () => {
  const wrong = product
    .filter(({ path }) => !programs.includes(path))
    .filter(({ text }) =>
      // Where a cache or a state directory is hangs on the environment: as a parameter, whose default alone is the process's.
      /\bprocess\.(argv|env|exit|exitCode|abort)\b/.test(
        text.replaceAll('(env: NodeJS.ProcessEnv = process.env)', '()'),
      ),
    );
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

test('no folder is made by Node’s recursive mkdir, which never ends on some file systems', () => {
  const wrong = product.filter(({ text }) => /\bmkdir(Sync)?\([^;]*recursive/.test(text));
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

test('only the command line writes to the terminal', () => {
  const wrong = product.filter(
    ({ path, text }) =>
      !programs.includes(path) && /\bconsole\.(log|error|warn|info)\(|\bprocess\.(stdout|stderr)\b/.test(text),
  );
  expect(wrong.map(({ path }) => path)).toEqual([]);
});
