import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { Command, Option } from '@commander-js/extra-typings';
import { kind } from '../cluster/kind/provider.ts';
import { nightlyProviders } from '../cluster/registry.ts';
import { messageOf, UsageError } from '../errors.ts';
import { repositoryOf } from '../github/repository.ts';
import { planAsked } from '../nightly/asked.ts';
import { comparisonFrom, nightFrom, planFrom } from '../nightly/file.ts';
import { nightOf } from '../nightly/merge.ts';
import type { Night } from '../nightly/types.ts';
import { append, type Context } from './console.ts';
import { compareAndTell } from './nightly-compare.ts';
import { jsonOf, read, write } from './nightly-files.ts';
import { keepIssue } from './nightly-issue.ts';
import { jobLine, runNight } from './nightly-local.ts';
import { type Declare, outOption, pathFrom, suiteOption } from './options.ts';

/** `automtls nightly`: runs the task on many releases, here or as jobs of GitHub Actions. */
export const nightly: Declare = (context, end) => {
  const command = new Command('nightly')
    .description(
      `Run the task on many releases, and compare them. It shows what changed since last night and between releases. On this machine, local does all of it; in GitHub Actions, .github/workflows/night.yml does it in steps, with a job for each release.`,
    )
    .addHelpText('after', EXIT_CODES);
  addLocal(command, context, end);
  addPlan(command, context, end);
  addMerge(command, context, end);
  addCompare(command, context, end);
  addIssue(command, context, end);
  return command;
};

const EXIT_CODES = `
Exit codes of local and compare; only supported releases count:
  0 every required release passes, and every change is explained
  1 a required release fails, or two passes differ unexplained · 2 the command line is wrong
  3 a required release is missing or inconclusive · 130 interrupted (local)`;

type Add = (command: Command, ...given: Parameters<Declare>) => void;

const addLocal: Add = (command, context, end) => {
  command
    .command('local')
    .description('everything on this machine: each release on a native cluster of its own')
    .option('--releases <VERSIONS>', 'such as 1.20,1.24..1.31, including both ends (default: all)')
    .addOption(suiteOption('the suites to run (default: those of the task)'))
    .addOption(outOption(context, 'the folder for nights, each compared with the one before', 'nights/'))
    .addHelpText('after', EXIT_CODES)
    .action(async (asked) => end(await runNight(asked, context)));
};

const addPlan: Add = (command, context) => {
  const { console, github } = context;
  command
    .command('plan')
    .description('print the jobs as a matrix: {"include":[…]}')
    .addOption(
      new Option('--cluster <NAME>', 'the clusters to use, which decide the possible releases')
        .choices(nightlyProviders.map(({ name }) => name))
        .default(kind.name),
    )
    .option('--releases <VERSIONS>', 'only these, such as 1.20,1.24..1.31', perhaps)
    .option('--out <FILE>', 'also write it to a file', pathFrom(context))
    .action(async ({ cluster, releases, out }) => {
      const provider = nightlyProviders.find(({ name }) => name === cluster);
      if (provider === undefined) throw new Error(`no night can use ${cluster}`);
      const matrix = JSON.stringify(planAsked(provider, releases || undefined));
      if (out !== undefined) await write(out, `${matrix}\n`);
      await append(github.outputFile, `matrix=${matrix}\n`);
      console.print(matrix);
    });
};

const addMerge: Add = (command, context) => {
  const { console, env } = context;
  command
    .command('merge')
    .description("merge the jobs' results into one file; a job without results is missing")
    .requiredOption('--matrix <FILE>', 'what plan wrote', pathFrom(context))
    .requiredOption('--jobs <DIR>', 'has a folder job-<version> for each job, with its results.json', pathFrom(context))
    .requiredOption('--out <FILE>', 'the file to write', pathFrom(context))
    .option('--last <FILE>', 'first move the night before here, if it is in the --out file', perhapsPathFrom(context))
    .action(async ({ matrix, jobs, out, last }) => {
      const night = await nightOf(await read(matrix, planFrom), jobs, { run: env['GITHUB_RUN_ID'] || undefined });
      if (last && !(await isOf(night, out))) await move(out, last);
      await write(out, jsonOf(night));
      console.print(night.jobs.map(jobLine).join('\n'));
    });
};

const addCompare: Add = (command, context, end) => {
  command
    .command('compare')
    .description('compare each release with last night and with the next older release')
    .requiredOption('--night <FILE>', 'what merge wrote tonight', pathFrom(context))
    .option('--last <FILE>', 'what it wrote last night', perhapsPathFrom(context))
    .option('--out <DIR>', 'write comparison.json, summary.md and night.html to this folder', perhapsPathFrom(context))
    .option('--jobs <DIR>', 'as for merge: night.html links to the reports in it', perhapsPathFrom(context))
    .addHelpText('after', EXIT_CODES)
    .action(async ({ night, last, out, jobs }) => {
      const places = { out: out || undefined, jobs: jobs || undefined };
      const before = last ? await read(last, nightFrom) : undefined;
      const { summary } = await compareAndTell(await read(night, nightFrom), { last: before, ...places }, context);
      end(summary.exitCode);
    });
};

const addIssue: Add = (command, context) => {
  command
    .command('issue')
    .description('maintain one issue with the label nightly while there is a regression')
    .requiredOption('--night <FILE>', 'what merge wrote', pathFrom(context))
    .requiredOption('--comparison <FILE>', 'what compare wrote', pathFrom(context))
    .addHelpText('after', '\nIt needs GITHUB_REPOSITORY, and GITHUB_TOKEN with the permission issues: write.')
    .action((files) => updateIssue(files, context));
};

async function updateIssue(files: { night: string; comparison: string }, { console, env }: Context): Promise<void> {
  const night = await read(files.night, nightFrom);
  const comparison = await read(files.comparison, comparisonFrom);
  if (comparison.startedAt !== night.startedAt) {
    throw new UsageError(
      `${files.comparison} belongs to the night of ${comparison.startedAt}, but ${files.night} to that of ${night.startedAt}: pass two files of one night.`,
    );
  }
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name, GITHUB_RUN_ID: id } = env;
  const run = server && name && id ? `${server}/${name}/actions/runs/${id}` : undefined;
  console.print(await keepIssue(repositoryOf(env), { night, comparison, run }));
}

/** Reads a value that may be empty, as in a workflow a variable that is not set. */
function perhaps(text: string): string {
  return text;
}

/** Returns how to read a path that may be empty. */
function perhapsPathFrom(context: Context): (text: string) => string {
  const path = pathFrom(context);
  return (text) => (text === '' ? text : path(text));
}

/** Returns whether a file contains an earlier attempt at the same night, as after a job was re-run. */
async function isOf({ run }: Night, file: string): Promise<boolean> {
  const other = await read(file, nightFrom).catch(() => undefined);
  return run !== undefined && other?.run === run;
}

/** Moves a file if it exists; in the first night it does not. */
async function move(from: string, to: string): Promise<void> {
  if (!existsSync(from)) return;
  await rename(from, to).catch((error: unknown) => {
    throw new UsageError(`${from} cannot be moved to ${to} (${messageOf(error)}): name another place.`);
  });
}
