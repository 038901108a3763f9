import { fileURLToPath } from 'node:url';
import { UsageError } from '../errors.ts';
import { defaultLimits } from '../limits.ts';
import { assertTogether } from '../run/run.ts';
import { assertAsks, topologiesOf } from '../run/scenario.ts';
import { quoted } from '../run/shell.ts';
import type { Suite } from '../run/suite.ts';
import { clusterFlags, clusterOptionsOf, countOf, noPositionals, parse, pathOf, sensitivityOf } from './arguments.ts';
import type { CommandContext } from './console.ts';
import { explain, explainJson } from './explain.ts';
import { testHelp } from './help.ts';
import { assertApply, limitFlags, limitsOf } from './limits.ts';
import { listJson, listSuites } from './list.ts';
import { reproOffline } from './repro.ts';
import { runOnCluster } from './run.ts';
import { selectCell, selectSuites } from './select.ts';
import { sweepCluster, sweepLimits } from './sweep.ts';

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
  const { values, positionals } = parse(args, {
    suite: { type: 'string', multiple: true },
    cell: { type: 'string' },
    sensitivity: { type: 'string' },
    seed: { type: 'string' },
    ...limitFlags,
    ...clusterFlags,
    'mesh-wide': { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    explain: { type: 'boolean', default: false },
    repro: { type: 'boolean', default: false },
    step: { type: 'string' },
    json: { type: 'boolean', default: false },
    timings: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    'fail-fast': { type: 'boolean', default: false },
    sweep: { type: 'boolean', default: false },
    out: { type: 'string' },
  });
  const printed = (text: string): number => {
    console.print(text);
    return 0;
  };
  if (values.help) return printed(testHelp);
  noPositionals(positionals);
  const limits = limitsOf(values);
  const named = values.suite?.flatMap((names) => names.split(',')).map((name) => name.trim());
  // The list shows them all: it is where people find their names.
  const narrowed = selectSuites(suites, named ?? (values.list ? suites.map(({ name }) => name) : undefined));
  const { id: cell, suites: chosen } =
    values.cell === undefined ? { id: undefined, suites: narrowed } : selectCell(narrowed, values.cell);
  const modes = (['list', 'explain', 'repro', 'sweep', 'keep'] as const).filter((mode) => values[mode]);
  if (modes.length > 1) {
    const given = modes.map((mode) => `--${mode}`).join(' and ');
    throw new UsageError(`${given} cannot be combined: use one of them.`);
  }
  for (const mode of ['repro', 'sweep'] as const) {
    if (values[mode] && values.json) throw new UsageError(`--${mode} has no JSON output: leave --json out.`);
  }
  if (values.step !== undefined && !values.repro) {
    throw new UsageError(
      '--step belongs to --repro: a run performs all steps of a suite, because they build on each other.',
    );
  }
  if (values['fail-fast'] && (values.list || values.explain || values.repro || values.sweep)) {
    throw new UsageError('--fail-fast is for a run: it ends after the first step of which something fails.');
  }
  if (values.sweep) assertApply(values, '--sweep', sweepLimits);
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
  if (values.sweep) return sweepCluster({ ...options, limits: { ...defaultLimits, ...limits } }, console);
  return runOnCluster(
    {
      ...options,
      suites: chosen,
      named: named ?? [],
      cell,
      sensitivity: sensitivityOf(values.sensitivity),
      seed: countOf('--seed', values.seed, 0),
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
