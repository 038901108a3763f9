import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { quoted } from '../platform/shell.ts';
import { assertAsks, assertTogether, topologiesOf } from '../scenario/index.ts';
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
import { runOnCluster } from './run.ts';

const examples = `
Examples:
  automtls test                                          the whole task, on a cluster of its own
  automtls test --suite strict,disable --istio 1.24      two suites on another release
  automtls test --kubeconfig FILE --context NAME         on your mesh

Exit codes:
  0 everything passed · 1 the mesh does not conform · 2 the command line or the cluster is unsuitable
  3 inconclusive: the harness could not determine the answer · 130 interrupted`;

/** `automtls test`: runs suites on a mesh. */
export const test: Declare = (context, end) => {
  const command = clusterCommand('test', context)
    .description("Run Istio's task on a mesh, and judge every answer. Needs no cluster: it starts one.")
    .option('--mesh-wide', 'allow suites that change the whole mesh, such as auto-off, on an existing cluster')
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
    .addHelpText('after', examples)
    .action(
      async ({ sensitivity, seed, meshWide = false, timings = false, keep = false, failFast = false, ...values }) => {
        const { console, github } = context;
        const { id: cell, suites: chosen, named } = await select(context, values);
        assertAsks(chosen);
        assertTogether(topologiesOf(chosen));
        const options = clusterOptionsOf(values);
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
              limits: limitsOf(values),
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
};

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
