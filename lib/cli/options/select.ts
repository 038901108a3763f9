import { relative } from 'node:path';
import { closestMatch } from 'leven';
import { UsageError } from '../../platform/errors.ts';
import { namesOf } from '../../results/index.ts';
import {
  assertSound,
  keyOf,
  namedTraffic,
  type Scenario,
  type Step,
  type Suite,
  scenarioOf,
  scenariosOf,
  suitesIn,
} from '../../scenario/index.ts';
import type { Context } from '../output/console.ts';

/** Which suites and cells a user asks for: the values of options. */
export interface Asked {
  /** The folder with suites of the user's own. */
  suites?: string | undefined;
  suite?: string[] | undefined;
  cell?: string | undefined;
}

/** What of the suites is asked for. */
export interface Selected {
  /** The cell that options name. */
  id?: string;
  suites: Suite[];
  /** The suites that must not be left out; none if all that do not have to be named are meant. */
  named: string[];
}

/** Returns the end of a sentence about a mistyped name: a suggestion, if one of the names is similar. */
export function guess(typed: string, names: readonly string[]): string {
  const near = closestMatch(typed, names, { maxDistance: 3 });
  return near === undefined ? '' : ` (did you mean ${near}?)`;
}

/**
 * Returns the elements with these names, in their own order; all without names.
 * @param what what they are, in one word
 * @throws UsageError if there is none with a name, with all names that there are
 */
export function onlyNamed<T extends { name: string }>(
  what: string,
  all: readonly T[],
  names: readonly string[] | undefined,
): readonly T[] {
  if (names === undefined) return all;
  const there = all.map(({ name }) => name);
  const [unknown, ...more] = names.filter((name) => !there.includes(name));
  if (unknown === undefined) return all.filter(({ name }) => names.includes(name));
  const quoted = [unknown, ...more].map((name) => `"${name}"`).join(', ');
  throw new UsageError(
    `Unknown ${what} ${quoted}${guess(unknown, there)}. ${what.charAt(0).toUpperCase()}${what.slice(1)}s: ${there.join(', ')}.`,
  );
}

/**
 * Returns the suites and the cell that options name: of a folder's suites by default those, and otherwise the task's.
 * @throws UsageError if one is unknown or cannot be asked, or a file of the folder has no suite
 */
export async function select(
  { suites: ours, console }: Pick<Context, 'suites' | 'console'>,
  { suites: folder, suite, cell }: Asked,
): Promise<Selected> {
  const own = folder === undefined ? [] : await ownSuites(ours, folder, console.cwd);
  const usual = folder === undefined ? undefined : own.filter(({ onlyIfNamed }) => !onlyIfNamed);
  const names = suite ?? usual?.map(({ name }) => name);
  // What is ours ends with cleanup, which comes last in every run.
  const suites = selectSuites([...ours.slice(0, -1), ...own, ...ours.slice(-1)], names);
  const selected = cell === undefined ? { suites } : selectCell(suites, cell);
  assertSound(selected.suites);
  return { ...selected, named: names ?? [] };
}

function ownSuites(ours: readonly Suite[], folder: string, cwd: string): Promise<Suite[]> {
  const taken = ours.map(({ name }) => name);
  return suitesIn(folder, relative(cwd, folder) || '.', taken);
}

/**
 * Returns the suites to run, in the task's order. `setup` and `cleanup` are part of every run: the checks of `setup`
 * are preconditions of the others, and those of `cleanup` make sure that nothing is left.
 * @param names from `--suite`; by default all that do not have to be named
 * @throws UsageError if one is unknown, with the names of all suites
 */
export function selectSuites(all: readonly Suite[], names: string[] | undefined): Suite[] {
  const usual = all.filter(({ onlyIfNamed }) => !onlyIfNamed);
  const chosen = new Set((names === undefined ? usual : onlyNamed('suite', all, names)).map(({ name }) => name));
  const named = (name: string): boolean => chosen.has(name);
  // The requests of setup are the same as those of permissive: once is enough.
  const asked = all.some(({ name }) => name === 'permissive' && named(name));
  return all.flatMap((suite) => {
    if (suite.name === 'setup' && (!named('setup') || asked)) {
      return [{ ...suite, steps: suite.steps.filter(({ kind }) => kind === 'check') }];
    }
    return named(suite.name) || suite.name === 'cleanup' ? [suite] : [];
  });
}

/**
 * Returns the suites with only this cell in each step, without the steps and suites that do not have it.
 * @param cell in the format of `--cell` or of reports: `sleep.legacy:httpbin.full`, `sleep.legacy → httpbin.full`, with
 * all details `sleep.legacy → http://httpbin.full:8000`; or by the topology's paths, `legacy/sleep>full/httpbin`. Without
 * a port or a protocol, it means all that the step has
 * @throws UsageError if no step has it
 */
export function selectCell(suites: readonly Suite[], cell: string): { id: string; suites: Suite[] } {
  const id = idIn(cell);
  const there = [...new Set(suites.flatMap(scenariosOf).flatMap(shownIn))];
  const narrowed = suites
    .map((suite) => ({ ...suite, steps: suite.steps.flatMap((step) => narrowedTo(id, suite, step)) }))
    .filter(({ steps }) => steps.length > 0);
  if (!narrowed.some(({ steps }) => steps.some(({ kind }) => kind === 'ask'))) {
    if (there.length === 0) throw new UsageError(`No step of these suites has the cell "${cell}": they have no cells.`);
    const typed = there.map((one) => one.replace(' → ', ':'));
    throw new UsageError(
      `No step of these suites has the cell "${cell}"${guess(id.replace(' → ', ':'), typed)}. Cells: ${typed.join(', ')}.`,
    );
  }
  return { id, suites: narrowed };
}

function idIn(cell: string): string {
  const sides = cell
    .trim()
    .replace(/\s*(?:→|->|>|:(?!\/\/))\s*/, ' → ')
    .split(' → ');
  return sides.map((side) => side.replace(/^([\w-]+)\/([\w-]+)/, '$2.$1')).join(' → ');
}

function narrowedTo(id: string, suite: Suite, step: Step): Step[] {
  if (step.kind === 'check') return [step];
  const scenario = scenarioOf(suite, step);
  const traffic = scenario.traffic.filter((one) => namesOf(keyOf(one)).includes(id));
  return traffic.length === 0 ? [] : [{ ...step, traffic }];
}

/** Returns the names of a step's traffic in reports. */
function shownIn({ traffic }: Scenario): string[] {
  return namedTraffic(traffic).map(({ name }) => name);
}
