import { fileURLToPath } from 'node:url';
import { UsageError } from '../errors.ts';
import { defaultLimits } from '../limits.ts';
import { assertTogether } from '../run/run.ts';
import { assertAsks, assertSound, topologiesOf } from '../run/scenario.ts';
import { quoted } from '../run/shell.ts';
import type { Suite } from '../run/suite.ts';
import {
  assertApply,
  clusterFlags,
  clusterOptionsOf,
  countOf,
  noPositionals,
  parse,
  pathOf,
  sensitivityOf,
} from './arguments.ts';
import type { CommandContext } from './console.ts';
import { explain, explainJson } from './explain.ts';
import { testFlags } from './flags.ts';
import { testHelp } from './help.ts';
import { limitsOf } from './limits.ts';
import { listJson, listSuites } from './list.ts';
import { reproOffline } from './repro.ts';
import { runOnCluster } from './run.ts';
import { selectCell, selectSuites } from './select.ts';
import { sweepCluster } from './sweep.ts';

/** The default folder for results, in the project. */
const RESULTS = fileURLToPath(new URL('../../results', import.meta.url));

interface SuiteCommandContext extends CommandContext {
  /** All suites. */
  suites: readonly Suite[];
}

/**
 * `npm test -- …`. Returns the exit code.
 * @throws UsageError if an argument or the cluster is unsuitable; InconclusiveError if the run could not start
 */
export async function test(args: string[], { suites, console, github, env }: SuiteCommandContext): Promise<number> {
  const { values, positionals, given } = parse(args, testFlags);
  const printed = (text: string): number => {
    console.print(text);
    return 0;
  };
  if (values.help) return printed(testHelp);
  noPositionals(positionals);
  assertMode(given);
  const limits = limitsOf(values);
  const sensitivity = sensitivityOf(values.sensitivity);
  const seed = countOf('--seed', values.seed, 0);
  const named = values.suite?.flatMap((names) => names.split(',')).map((name) => name.trim());
  // The list shows them all: it is where people find their names.
  const narrowed = selectSuites(suites, named ?? (values.list ? suites.map(({ name }) => name) : undefined));
  const { id: cell, suites: chosen } =
    values.cell === undefined ? { id: undefined, suites: narrowed } : selectCell(narrowed, values.cell);
  if (!values.sweep) assertSound(chosen);
  if (values.list) return printed(values.json ? listJson(chosen, values.istio) : listSuites(chosen, values.istio));
  if (values.explain) return printed(values.json ? explainJson(chosen, values.istio) : explain(chosen, values.istio));
  if (values.repro) {
    if (cell === undefined) throw new UsageError('--repro is for one cell: name it with --cell CLIENT:SERVER.');
    return printed(reproOffline(chosen, { title: values.step, istio: values.istio }).trimEnd());
  }
  if (!values.sweep) {
    assertAsks(chosen);
    assertTogether(topologiesOf(chosen));
  }
  const options = clusterOptionsOf(values, console.cwd);
  if (env['KUBECONFIG'] && options.provider === 'auto' && options.flags['kubeconfig'] === undefined) {
    const detail = `KUBECONFIG is set but not used, because a cluster must be named: --kubeconfig ${quoted(env['KUBECONFIG'])} runs there`;
    console.onProgress({ phase: 'cluster', detail });
  }
  if (values.sweep) return sweepCluster({ ...options, limits: defaultLimits }, console);
  return runOnCluster(
    {
      ...options,
      suites: chosen,
      named: named ?? [],
      cell,
      sensitivity,
      seed,
      limits,
      meshWide: values['mesh-wide'],
      timings: values.timings,
      keep: values.keep,
      failFast: values['fail-fast'],
      out: values.out === undefined ? RESULTS : pathOf(console.cwd, values.out, '--out'),
      json: values.json,
      github,
    },
    console,
  );
}

const offline = ['suite', 'cell', 'istio'];

/** What can be done instead of a run, with the flags that each uses. */
const modes: Record<string, string[]> = {
  list: [...offline, 'json'],
  explain: [...offline, 'json'],
  repro: [...offline, 'step'],
  sweep: Object.keys(clusterFlags),
};

/** @throws UsageError if flags contradict each other, or one would be ignored */
function assertMode(given: ReadonlySet<string>): void {
  const [mode, ...more] = [...Object.keys(modes), 'keep'].filter((name) => given.has(name));
  if (more.length > 0) {
    throw new UsageError(
      `${[mode, ...more].map((name) => `--${name}`).join(' and ')} cannot be combined: use one of them.`,
    );
  }
  if (given.has('step') && !given.has('repro')) {
    throw new UsageError(
      '--step belongs to --repro: a run performs all steps of a suite, because they build on each other.',
    );
  }
  const used = mode === undefined ? undefined : modes[mode];
  if (used !== undefined) assertApply(given, `--${mode}`, [...used, mode as string]);
  if (given.has('json') && given.has('timings')) {
    throw new UsageError('--json prints results.json, which has all times: leave --timings out.');
  }
}
