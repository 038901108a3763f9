import { UsageError } from '../errors.ts';
import type { Suite } from '../run/suite.ts';
import { guess } from './arguments.ts';

/**
 * Returns the suites to run, in the task's order. `setup` and `cleanup` are part of every run: the one's checks are the
 * others' preconditions, the other's make sure that nothing is left.
 * @param names as `--suite` has them; all where it is left out
 * @throws UsageError that names the suites there are, where one is unknown
 */
export function selectSuites(all: readonly Suite[], names: string[] | undefined): Suite[] {
  if (names === undefined) return [...all];
  const unknown = names.filter((name) => !all.some((suite) => suite.name === name));
  if (unknown.length > 0 || names.length === 0) {
    const there = all.map(({ name }) => name).join(', ');
    const [first = ''] = unknown;
    const meant = guess(
      first,
      all.map(({ name }) => name),
    );
    throw new UsageError(`There is no suite "${unknown.join('", "')}"${meant}; there are: ${there}.`);
  }
  return all.flatMap((suite) => {
    if (names.includes(suite.name) || suite.name === 'cleanup') return [suite];
    if (suite.name === 'setup') return [{ ...suite, steps: suite.steps.filter(({ kind }) => kind === 'check') }];
    return [];
  });
}
