import { UsageError } from '../errors.ts';
import { named, pairWords } from '../results/place.ts';
import { type Scenario, scenarioOf, scenariosOf } from '../run/scenario.ts';
import type { Step, Suite } from '../run/suite.ts';
import { idOf, keyOf, type Traffic } from '../run/traffic.ts';
import { guess } from './arguments.ts';

/**
 * Returns the suites to run, in the task's order. `setup` and `cleanup` are part of every run: the one's checks are the
 * others' preconditions, the other's make sure that nothing is left.
 * @param names as `--suite` has them; all where it is left out
 * @throws UsageError that names the suites there are, where one is unknown
 */
export function selectSuites(all: readonly Suite[], names: string[] | undefined): Suite[] {
  const unknown = (names ?? []).filter((name) => !all.some((suite) => suite.name === name));
  if (unknown.length > 0 || names?.length === 0) {
    const there = all.map(({ name }) => name).join(', ');
    const [first = ''] = unknown;
    const meant = guess(
      first,
      all.map(({ name }) => name),
    );
    throw new UsageError(`There is no suite "${unknown.join('", "')}"${meant}; there are: ${there}.`);
  }
  const named = (name: string): boolean => names === undefined || names.includes(name);
  // What setup asks permissive asks, too, with the same objects applied: once is enough.
  const asked = all.some(({ name }) => name === 'permissive' && named(name));
  return all.flatMap((suite) => {
    if (suite.name === 'setup' && (!named('setup') || asked)) {
      return [{ ...suite, steps: suite.steps.filter(({ kind }) => kind === 'check') }];
    }
    return named(suite.name) || suite.name === 'cleanup' ? [suite] : [];
  });
}

/**
 * Returns the suites with one cell of each step; what does not ask it is left out.
 * @param cell as `--cell` has it, and as reports show it: `sleep.legacy:httpbin.full`, `sleep.legacy → httpbin.full`; the
 * whole of it, `sleep.legacy → http://httpbin.full:8000`, too
 * @throws UsageError where no step asks it
 */
export function selectCell(suites: readonly Suite[], cell: string): { id: string; suites: Suite[] } {
  const id = cell.trim().replace(/\s*(?:→|->|:(?!\/\/))\s*/, ' → ');
  const there = [
    ...new Set(suites.flatMap(scenariosOf).flatMap((scenario) => namesIn(scenario).map(([name]) => name))),
  ];
  const narrowed = suites
    .map((suite) => ({ ...suite, steps: suite.steps.flatMap((step) => narrowedTo(id, suite, step)) }))
    .filter(({ steps }) => steps.length > 0);
  if (!narrowed.some(({ steps }) => steps.some(({ kind }) => kind === 'ask'))) {
    if (there.length === 0) throw new UsageError(`No step of these suites asks "${cell}": they ask no cell at all.`);
    const typed = there.map((one) => one.replace(' → ', ':'));
    throw new UsageError(
      `No step of these suites asks "${cell}"${guess(id.replace(' → ', ':'), typed)}; the cells are: ${typed.join(', ')}.`,
    );
  }
  return { id, suites: narrowed };
}

function narrowedTo(id: string, suite: Suite, step: Step): Step[] {
  if (step.kind === 'check') return [step];
  const scenario = scenarioOf(suite, step);
  const traffic = namesIn(scenario).flatMap(([name, one]) => (name === id || idOf(one) === id ? [one] : []));
  return traffic.length === 0 ? [] : [{ ...step, traffic }];
}

/** A step's traffic, each with the name that reports show. */
function namesIn({ traffic }: Scenario): [string, Traffic][] {
  return named(traffic.map(keyOf)).map((one, at) => [pairWords(one), traffic[at] as Traffic]);
}
