import { join } from 'node:path';
import { Command, Option } from '@commander-js/extra-typings';
import { kind, nightlyProviders } from '../../platform/clusters/index.ts';
import { folderOf, planAsked } from '../../tools/nightly/index.ts';
import { type AddCommand, type Declare, outOption, pathFrom, suiteOption } from '../options/options.ts';
import { append } from '../output/console.ts';
import { write } from '../output/files.ts';
import { JOBS } from './compare.ts';
import { runNight } from './local.ts';
import { reportNight } from './report.ts';

/** Runs `automtls test` with these arguments, and returns its exit code. */
type Test = (args: string[]) => Promise<number>;

/**
 * `automtls nightly`: runs the task on many releases, here or as jobs of GitHub Actions.
 * @param test what a job runs
 */
export const nightly =
  (test: Test): Declare =>
  (context, end) => {
    const command = new Command('nightly')
      .description(
        `Run the task on many releases, and compare them. It shows what changed since last night and between releases. On this machine, local does all of it; in GitHub Actions, .github/workflows/night.yml does it with a job for each release, and each of its jobs is one of the other commands.`,
      )
      .addHelpText('after', EXIT_CODES);
    addLocal(command, context, end);
    addPlan(command, context, end);
    addJob(test)(command, context, end);
    addReport(command, context, end);
    return command;
  };

const EXIT_CODES = `
Exit codes of local and report; only supported releases count:
  0 every required release passes, and every change is explained
  1 a required release fails, or two passes differ unexplained · 2 the command line is wrong
  3 a required release is missing or inconclusive · 130 interrupted (local)`;

const addLocal: AddCommand = (command, context, end) => {
  command
    .command('local')
    .description('everything on this machine: each release on a native cluster of its own')
    .option('--releases <VERSIONS>', 'such as 1.20,1.24..1.31, including both ends (default: all)')
    .addOption(suiteOption('the suites to run (default: those of the task)'))
    .addOption(outOption(context, 'the folder for nights, each compared with the one before', 'nights/'))
    .addHelpText('after', EXIT_CODES)
    .action(async (asked) => end(await runNight(asked, context)));
};

/** Returns the option for the clusters that nights can use. */
function clusterOption(about: string) {
  return new Option('--cluster <NAME>', about).choices(nightlyProviders.map(({ name }) => name));
}

const addPlan: AddCommand = (command, context) => {
  const { console, github } = context;
  command
    .command('plan')
    .description('print the jobs as a matrix: {"include":[…]}')
    .addOption(clusterOption('the clusters to use, which decide the possible releases').default(kind.name))
    .option('--releases <VERSIONS>', 'only these, such as 1.20,1.24..1.31', perhaps)
    .option(
      '--out <FILE>',
      'also write it to a file, for report: plan.json in the folder of the night',
      pathFrom(context),
    )
    .action(async ({ cluster, releases, out }) => {
      const provider = nightlyProviders.find(({ name }) => name === cluster);
      if (provider === undefined) throw new Error(`no night can use ${cluster}`);
      const matrix = JSON.stringify(planAsked(provider, releases || undefined));
      if (out !== undefined) await write(out, `${matrix}\n`);
      await append(github.outputFile, `matrix=${matrix}\n`);
      console.print(matrix);
    });
};

const addJob =
  (test: Test): AddCommand =>
  (command, context, end) => {
    command
      .command('job')
      .description('run one of the jobs, as npm test with its results in DIR/jobs/job-VERSION')
      .requiredOption('--night <DIR>', 'the folder of the night', pathFrom(context))
      .addOption(clusterOption('the cluster that the plan names').makeOptionMandatory())
      .requiredOption('--istio <VERSION>', 'the release that the plan names')
      .option('--image <IMAGE>', 'the node image that the plan names', perhaps)
      .option('--suite <NAME,…>', 'the suites to run (default: those of the task)', perhaps)
      .action(async ({ night, cluster, istio, image, suite }) => {
        const out = join(night, JOBS, folderOf({ istio }));
        const chosen = [...(image ? [`--${cluster}-image=${image}`] : []), ...(suite ? [`--suite=${suite}`] : [])];
        end(await test([`--cluster=${cluster}`, `--istio=${istio}`, `--out=${out}`, ...chosen]));
      });
  };

const addReport: AddCommand = (command, context, end) => {
  command
    .command('report')
    .description(
      "merge the jobs' results (a job without results is missing), compare each release with last night and with the next older release, and write the night, its comparison and its page to DIR",
    )
    .requiredOption('--night <DIR>', 'the folder of the night, with plan.json and jobs', pathFrom(context))
    .option('--remember <DIR>', 'compare with the night that is kept here, and keep this one', pathFrom(context))
    .addHelpText(
      'after',
      `
In a scheduled workflow, it maintains one issue with the label nightly while there is a regression, which needs
GITHUB_REPOSITORY and GITHUB_TOKEN (issues: write).
${EXIT_CODES}`,
    )
    .action(async (files) => end(await reportNight(files, context)));
};

/** Reads a value that may be empty, as in a workflow an input that was not given. */
function perhaps(text: string): string {
  return text;
}
