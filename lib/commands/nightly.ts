import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { kind } from '../cluster/kind/provider.ts';
import { nightlyProviders } from '../cluster/registry.ts';
import { messageOf, UsageError } from '../errors.ts';
import { repositoryOf } from '../github/repository.ts';
import { planAsked } from '../nightly/asked.ts';
import { comparisonFrom, nightFrom, planFrom } from '../nightly/file.ts';
import { nightOf } from '../nightly/merge.ts';
import type { Night } from '../nightly/types.ts';
import { noPositionals, oneNamed, oneOf, parseAllowingEmpty, pathOf } from './arguments.ts';
import { append, type CommandContext } from './console.ts';
import { nightlyFlags } from './flags.ts';
import { nightlyHelp } from './help.ts';
import { compareAndTell } from './nightly-compare.ts';
import { filesOf, jsonOf, read, write } from './nightly-files.ts';
import { keepIssue } from './nightly-issue.ts';
import { jobLine, local, type SuiteCommandContext } from './nightly-local.ts';

const verbs = { local, plan, merge, compare, issue };

/**
 * `npm run nightly -- …`. Returns the exit code.
 * @throws UsageError if the command or an argument is invalid, or a file or GitHub cannot be used
 */
export async function nightly([verb, ...args]: string[], context: SuiteCommandContext): Promise<number> {
  if ([verb, ...args].some((one) => one === '--help' || one === '-h')) {
    context.console.print(nightlyHelp);
    return 0;
  }
  const names = Object.keys(verbs) as (keyof typeof verbs)[];
  return verbs[oneOf(names, verb ?? '', 'The command')](args, context);
}

async function plan(args: string[], { console, github }: CommandContext): Promise<number> {
  const { values, positionals } = parseAllowingEmpty(args, nightlyFlags.plan);
  noPositionals(positionals);
  const provider = oneNamed(nightlyProviders, values.cluster ?? kind.name, '--cluster');
  // In a workflow, an input that was not given is empty.
  const matrix = JSON.stringify(planAsked(provider, values.releases || undefined));
  if (values.out !== undefined) await write(pathOf(console.cwd, values.out, '--out'), `${matrix}\n`);
  await append(github.outputFile, `matrix=${matrix}\n`);
  console.print(matrix);
  return 0;
}

async function merge(args: string[], { console, env }: CommandContext): Promise<number> {
  const { out, last, ...files } = filesOf(args, console.cwd, ['plan', 'jobs', 'out'], ['last']);
  const night = await nightOf(await read(files.plan, planFrom), files.jobs, { run: env['GITHUB_RUN_ID'] || undefined });
  if (last !== undefined && !(await isOf(night, out))) await move(out, last);
  await write(out, jsonOf(night));
  console.print(night.jobs.map(jobLine).join('\n'));
  return 0;
}

async function compare(args: string[], context: CommandContext): Promise<number> {
  const { out, jobs, ...files } = filesOf(args, context.console.cwd, ['night'], ['last', 'out', 'jobs']);
  const night = await read(files.night, nightFrom);
  const last = files.last === undefined ? undefined : await read(files.last, nightFrom);
  const { summary } = await compareAndTell(night, { last, out, jobs }, context);
  return summary.exitCode;
}

async function issue(args: string[], { console, env }: CommandContext): Promise<number> {
  const files = filesOf(args, console.cwd, ['night', 'comparison'], []);
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
  return 0;
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
