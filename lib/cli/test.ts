import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { UsageError } from '../platform/errors.ts';
import type { Limits } from '../platform/limits.ts';
import { quoted } from '../platform/shell.ts';
import { assertAsks, assertTogether, type Suite, topologiesOf } from '../scenario/index.ts';
import { type Sensitivity, usualSensitivity } from '../verdict/index.ts';
import { limitsOf, withLimits } from './options/limits.ts';
import {
  cellOption,
  clusterCommand,
  clusterOptionsOf,
  count,
  type Declare,
  jsonOption,
  outOption,
  suiteOption,
  suitesOption,
} from './options/options.ts';
import { select } from './options/select.ts';
import type { Context } from './output/console.ts';
import { type OwnValues, ownOptions, ownRun } from './own-manifests.ts';
import { runOnCluster } from './run.ts';

const examples = `
Examples:
  automtls test                                          the whole task, on a cluster of its own
  automtls test --suite strict,disable --istio 1.24      two suites on another release
  automtls test --kubeconfig FILE --context NAME         on your mesh
  automtls test -f k8s/ --require mtls                   your own manifests, with stand-ins for the workloads

Exit codes:
  0 everything passed · 1 the mesh does not conform · 2 the command line or the cluster is unsuitable
  3 inconclusive: the harness could not determine the answer · 130 interrupted`;

/** Returns the command with its options. */
function declared(context: Context) {
  const own = ownOptions();
  const command = clusterCommand('test', context)
    .description(
      "Run Istio's task on a mesh, or your own manifests, and judge every answer. Needs no cluster: it starts one.",
    )
    .option('--mesh-wide', 'allow suites that change the whole mesh, such as auto-off, on an existing cluster')
    .optionsGroup('Your own manifests:')
    .addOption(own.manifests)
    .addOption(own.over)
    .addOption(own.inject)
    .addOption(own.without)
    .addOption(own.namespace)
    .addOption(own.require)
    .addOption(own.except)
    .optionsGroup('Tests:')
    .addOption(suiteOption("the suites to run (default: those of the task); setup's checks and cleanup always run"))
    .addOption(suitesOption(context))
    .addOption(cellOption())
    .option(
      '--sensitivity <SHARE>',
      'the share of wrong answers to detect in 99 of 100 runs (default: 5%)',
      sensitivityIn,
    )
    .option('--seed <N>', 'send the same requests as the run whose results have this seed (default: random)', count(0))
    .option('--fail-fast', 'end the run after the first step of which something fails; what was not run is no pass');
  return withLimits(command)
    .optionsGroup('Output:')
    .addOption(jsonOption())
    .addOption(new Option('--timings', 'print how long each part of each step took').conflicts('print'))
    .addOption(outOption(context, 'the folder for results.json, report.html, junit.xml and summary.md of runs'))
    .option('--keep', 'do not delete the namespaces at the end; automtls sweep deletes them')
    .addHelpText('after', examples);
}

/** `automtls test`: runs suites on a mesh. */
export const test: Declare = (context, end) =>
  declared(context).action(
    async ({ sensitivity, seed, meshWide = false, timings = false, keep = false, failFast = false, ...values }) => {
      const { console, github } = context;
      const options = clusterOptionsOf(values);
      const given = await suitesFor(values, options, context);
      const { id: cell, suites: chosen, named } = await select({ ...given, console }, values);
      assertAsks(chosen);
      assertTogether(topologiesOf(chosen));
      if (values.print !== 'json') for (const line of given.about) console.print(line);
      tellOfKubeconfig(context, options);
      end(
        await runOnCluster(
          {
            ...options,
            suites: chosen,
            named,
            cell,
            sensitivity,
            seed,
            limits: { ...given.limits, ...limitsOf(values) },
            meshWide,
            timings,
            keep,
            failFast,
            out: values.out,
            json: values.print === 'json',
            github,
          },
          console,
        ),
      );
    },
  );

/** Returns the suites that there are: those of this project or, for somebody's own manifests, those of these. */
async function suitesFor(
  values: OwnValues & { suite?: string[] | undefined; suites?: string | undefined },
  options: ReturnType<typeof clusterOptionsOf>,
  context: Context,
): Promise<{ suites: readonly Suite[]; about: readonly string[]; limits: Partial<Limits> }> {
  const { manifests, suite, suites, ...others } = values;
  if (manifests === undefined) {
    const alone = (['then', 'inject', 'without', 'namespace', 'require', 'except'] as const).find(
      (name) => others[name],
    );
    if (alone === undefined) return { suites: context.suites, about: [], limits: {} };
    throw new UsageError(`--${alone} is for your own manifests: name these with -f DIR.`);
  }
  if (suite !== undefined || suites !== undefined) {
    throw new UsageError('-f runs your own manifests instead of suites: leave out --suite and --suites, or -f.');
  }
  return ownRun({ ...values, manifests }, options, context);
}

/** Says that the variable of kubectl names no cluster here. */
function tellOfKubeconfig({ env, console }: Context, { provider, flags }: ReturnType<typeof clusterOptionsOf>): void {
  const { KUBECONFIG } = env;
  if (!KUBECONFIG || provider !== 'auto' || flags['kubeconfig'] !== undefined) return;
  const detail = `KUBECONFIG is set but not used, because a cluster must be named: --kubeconfig ${quoted(KUBECONFIG)} runs there`;
  console.onProgress({ phase: 'cluster', detail });
}

/** The smallest share: 0.1 % needs 4,603 answers for each pair. */
const LEAST_PERCENT = 0.1;
const MOST_PERCENT = 50;

/** Reads the share of wrong answers that a run must detect, with a 1 % probability of missing it. */
function sensitivityIn(text: string): Sensitivity {
  const percent = Number(/^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim())?.[1]);
  if (percent >= LEAST_PERCENT && percent <= MOST_PERCENT)
    return { share: percent / 100, chance: usualSensitivity.chance };
  throw new InvalidArgumentError(
    `takes the share of wrong answers to detect, from ${LEAST_PERCENT}% to ${MOST_PERCENT}%`,
  );
}
